/** People who were removed a short while ago, so that a token of theirs does not make them anew. Integer milliseconds. */
export const SCHEMA_4 = `
create table departed (
  id text primary key,
  until integer not null
) strict;
create index departed_by_end on departed (until);
`
