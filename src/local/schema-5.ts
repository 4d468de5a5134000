/**
 * What a gallery tells of an image, ready as text beside the rest of its record: a page is read, not made. Rows of before have none, and
 * all of their record in `doc`. `picture_width` is null while there is no picture to fetch.
 */
export const SCHEMA_5 = `
alter table image add column told text;
alter table image add column picture_width integer;
`
