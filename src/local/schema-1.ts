/**
 * Times are integer ms, money integer micro-dollars. `doc` is the record as JSON; the columns beside it are what conditions and
 * indexes need. Lists are clustered: the rows of one page lie beside each other, so its cost does not grow with the table.
 */
export const SCHEMA_1 = `
-- shelf: 0 library, 1 trash, 2 purging. Part of the key, so that neither list ever skips over the other's rows.
create table image (
  owner_id text not null, shelf integer not null, created_at integer not null, id text not null,
  revision integer not null, state text not null, parent_id text, due_at integer, byte_length integer not null, doc text not null,
  primary key (owner_id, shelf, created_at, id)
) strict, without rowid;
create unique index image_by_id on image (id);
create index image_by_parent on image (parent_id, created_at, id) where parent_id is not null;
create index image_by_due on image (due_at) where due_at is not null;
create table image_hash (
  owner_id text not null, sha256 text not null, image_id text not null, primary key (owner_id, sha256)
) strict, without rowid;
create index image_hash_by_image on image_hash (image_id);
create table activity (
  image_id text not null, seq integer not null, at integer not null, doc text not null, primary key (image_id, seq)
) strict, without rowid;

create table owner_total (
  owner_id text primary key, images integer not null, bytes integer not null
) strict, without rowid;
create trigger image_added after insert on image begin
  insert into owner_total values (new.owner_id, 1, new.byte_length)
    on conflict do update set images = images + 1, bytes = bytes + new.byte_length;
end;
create trigger image_resized after update of byte_length on image when old.byte_length <> new.byte_length begin
  update owner_total set bytes = bytes + new.byte_length - old.byte_length where owner_id = new.owner_id;
end;
create trigger image_removed after delete on image begin
  update owner_total set images = images - 1, bytes = bytes - old.byte_length where owner_id = old.owner_id;
end;

create table search_owner (ordinal integer primary key, owner_id text not null unique) strict;
-- place orders by creation (ms, shifted left by 16, plus a counter within the ms): full-text rows are read newest first by it alone.
-- is_found: 0 keeps the revision of an image that left the index, so that an older write cannot bring it back.
create table search_doc (
  place integer primary key, image_id text not null unique, owner_id text not null,
  revision integer not null, pixels integer not null, is_found integer not null
) strict;
create index search_doc_by_owner on search_doc (owner_id);
-- The words are cut by core/words.ts; the tokenizer only has to leave them whole, and 'ascii' keeps every character beyond ASCII.
create virtual table search_words using fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_='"
);

create table generation (
  id text primary key, owner_id text not null, created_at integer not null, due_at integer, is_settled integer not null,
  fence integer not null, holder text, lease_until integer, doc text not null
) strict, without rowid;
create index generation_by_owner on generation (owner_id, created_at, id);
create index generation_by_due on generation (due_at) where due_at is not null;
create table idempotency_key (
  owner_id text not null, key text not null, body_hash text not null, generation_id text not null, expires_at integer not null,
  primary key (owner_id, key)
) strict, without rowid;
create index idempotency_key_by_end on idempotency_key (expires_at);

create table reservation (
  id text primary key, owner_id text not null, periods text not null, micro_usd integer not null, images integer not null,
  state text not null, committed_micro_usd integer not null, committed_images integer not null, created_at integer not null
) strict, without rowid;
create index reservation_by_owner on reservation (owner_id);
create table period_usage (
  owner_id text not null, period text not null, micro_usd integer not null, images integer not null, primary key (owner_id, period)
) strict, without rowid;
create index period_usage_by_period on period_usage (period, micro_usd);
create table owner_limits (owner_id text primary key, doc text not null) strict, without rowid;

create table message (
  id integer primary key autoincrement, queue text not null, owner_id text not null, job text not null, sent_at integer not null,
  visible_at integer not null, receipt text, receive_count integer not null, boot text
) strict;
create index message_by_turn on message (queue, owner_id, visible_at, id);
create index message_by_receipt on message (receipt) where receipt is not null;
create table turn (
  queue text not null, owner_id text not null, at integer not null, primary key (queue, owner_id)
) strict, without rowid;
create index turn_by_at on turn (queue, at);
create table dead_letter (
  id integer primary key autoincrement, queue text not null, owner_id text not null, job text not null, reason text not null,
  at integer not null
) strict;
create index dead_letter_by_queue on dead_letter (queue, id);

create table event (
  owner_id text not null, seq integer not null, at integer not null, type text not null, subject_id text not null,
  primary key (owner_id, seq)
) strict, without rowid;
create table event_counter (owner_id text primary key, seq integer not null) strict, without rowid;

create table upload (
  id text primary key, owner_id text not null, expires_at integer not null, doc text not null
) strict, without rowid;
create index upload_by_end on upload (expires_at);

create table link (
  id text primary key, kid text not null unique, image_id text not null, created_at integer not null, secret text not null,
  doc text not null
) strict, without rowid;
create index link_by_image on link (image_id, created_at, id);
create table api_key (
  id text primary key, owner_id text not null, hash text not null unique, created_at integer not null, doc text not null
) strict, without rowid;
create index api_key_by_owner on api_key (owner_id, created_at, id);
create table rate (key text primary key, tokens real not null, at integer not null) strict, without rowid;
create table setting (name text primary key, value text not null) strict, without rowid;
create table audit (id integer primary key autoincrement, at integer not null, doc text not null) strict;
create index audit_by_at on audit (at);
create table person (
  id text primary key, email text, role text not null, is_disabled integer not null, created_at integer not null,
  last_seen_at integer, revoked_before integer
) strict, without rowid;
create unique index person_by_email on person (email) where email is not null;
create index person_by_age on person (created_at, id);
`
