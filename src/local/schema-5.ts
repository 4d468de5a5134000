/**
 * `doc` holds what a gallery tells of an image, ready as text: a page is read, not made. What else there is of its record lies in `rest`.
 * `picture_width` is 0 while there is no picture to fetch. Rows of before have all of their record in `doc`, and null in both.
 */
export const SCHEMA_5 = `
alter table image add column picture_width integer;
alter table image add column rest text;
`

/**
 * For a schema after which something else is told of an image: puts every record back into `doc`, as before schema 5. The texts are no
 * copies, so emptying them would lose what they tell.
 */
export const WHOLE_RECORDS = `
update image set doc = substr(doc, 1, length(doc) - 1) || ',' || substr(rest, 2), rest = null, picture_width = null where rest is not null;
`
