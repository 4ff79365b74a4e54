-- intake: what the company's spreadsheets said last, row by row, and the imports themselves

-- community
-- one import: preview (shown, nothing written) → open (being written) → done; left: taken over by a later one; undone.
-- beat and last_n are the instant and pen of the last chunk: an open import that stands still was killed, and the next one completes it
create table import_batch (
  community text not null,
  id text not null,
  at text not null,
  who text not null,
  source text not null,
  state text not null check (state in ('preview', 'open', 'done', 'left', 'undone')),
  total bigint not null,
  done bigint not null,
  beat text not null,
  last_n bigint not null,
  report text not null,
  primary key (community, id)
);
create index import_batch_state on import_batch (community, state);

-- community
-- an uploaded file of an import; its bytes lie in blob
create table import_file (
  community text not null,
  batch text not null,
  position bigint not null,
  name text not null,
  sha text not null,
  primary key (community, batch, position),
  foreign key (community, batch) references import_batch (community, id)
) /* clustered */;

-- community
-- the identity of a row and what was imported last under it; rows are compared with this, never with the ledger.
-- home: the home's id, '' for rows that belong to none. content: the row in canonical words, '' when undone or held.
-- fact, payment: the bill, receipt, voucher … that stands for it now. gen: how often a receipt was booked under this
-- identity. before: what stood there before batch changed it ('' = nothing)
create table imported (
  community text not null,
  kind text not null,
  home text not null,
  key text not null,
  content text not null,
  fact text not null,
  payment text not null,
  gen bigint not null,
  before text not null,
  batch text not null,
  primary key (community, kind, home, key)
) /* clustered */;
create index imported_batch on imported (community, batch);

-- community
-- receipts in a spreadsheet for bills that Koumen has itself seen paid: 待确认, not booked until somebody decides
create table import_held (
  community text not null,
  id text not null,
  home text not null,
  bill text not null,
  transaction_id text not null,
  channel text not null,
  fen bigint not null,
  happened_on text not null,
  label text not null,
  batch text not null,
  file text not null,
  line bigint not null,
  answer text check (answer in ('booked', 'dropped')),
  answered_by text,
  answered_at text,
  primary key (community, id),
  unique (community, transaction_id)
);
create index import_held_open on import_held (community, home) where answer is null;

-- community
-- the number under which another system's sheets know a home
create table home_number (
  community text not null,
  number text not null,
  home text not null,
  primary key (community, number),
  foreign key (community, home) references home (community, id)
) /* clustered */;
