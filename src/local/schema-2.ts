/** Albums. The images of one lie in the order in which they are listed; `images` is kept by the writes that change it. */
export const SCHEMA_2 = `
create table album (
  id text primary key, owner_id text not null, created_at integer not null, updated_at integer not null, title text not null,
  cover_id text, images integer not null
) strict, without rowid;
create index album_by_owner on album (owner_id, created_at, id);
create table album_image (
  album_id text not null, added_at integer not null, image_id text not null, primary key (album_id, added_at, image_id)
) strict, without rowid;
create unique index album_image_by_image on album_image (image_id, album_id);
`
