/** What pictures mean, one vector an image, the owner's beside each other: a search reads them all, newest first. */
export const SCHEMA_3 = `
create table image_vector (
  owner_id text not null, image_id text not null, space text not null, vector blob not null, primary key (owner_id, image_id)
) strict, without rowid;
`
