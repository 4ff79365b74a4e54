-- Orders, what providers told, refunds on their way, reconciliation, cash. Facts are appended; the tables named …_now
-- keep the state that follows from them, with the lease of whoever works on the row.

-- community
-- money that came in for an order nobody knows: it lies on 2241 until its home is found (then a payment names it)
create table suspense (
  community text not null references community (id),
  id text not null,
  channel text not null,
  transaction_id text not null check (transaction_id <> ''),
  fen bigint not null check (fen > 0),
  happened_on text not null check (length(happened_on) = 10),
  book_date text not null,
  number text not null,
  note text not null,
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  unique (community, channel, transaction_id),
  foreign key (community, entry) references entry (community, entry)
);
create index suspense_entry on suspense (community, entry);

-- community
-- what somebody wants to pay, priced by the server and frozen; number is our out_trade_no, bills a JSON list of ids
create table pay_order (
  community text not null references community (id),
  number text not null check (length(number) between 6 and 32),
  home text not null,
  fen bigint not null check (fen > 0),
  bills text not null,
  subject text not null,
  merchant text not null,
  channel text not null check (channel in ('wechat', 'alipay')),
  way text not null,
  source text not null,
  client_key text not null,
  hash text not null,
  at text not null,
  expires text not null,
  n bigint not null,
  primary key (community, number),
  unique (community, client_key),
  foreign key (community, home) references home (community, id)
) /* clustered */;
create index pay_order_home on pay_order (community, home, at);

-- community
create table order_event (
  community text not null,
  number text not null,
  seq bigint not null,
  kind text not null check (kind in
    ('ticket', 'unclear', 'refused', 'closing', 'closed', 'paid', 'differs', 'coupon', 'refunded')),
  state text not null,
  source text not null,
  detail text not null,
  at text not null,
  n bigint not null,
  primary key (community, number, seq),
  foreign key (community, number) references pay_order (community, number)
) /* clustered */;

-- community
-- kept state of an order; due_at is when it is asked about next, null when nothing is left to ask
create table order_now (
  community text not null,
  number text not null,
  state text not null check (state in
    ('created', 'awaiting', 'unknown', 'refused', 'closing', 'closed', 'paid', 'paid_late')),
  events bigint not null,
  tries bigint not null,
  asked_at text,
  due_at text,
  lease text,
  ticket text not null,
  payment text,
  transaction_id text,
  primary key (community, number),
  foreign key (community, number) references pay_order (community, number),
  foreign key (community, payment) references payment (community, id)
) /* clustered */;
create index order_due on order_now (community, due_at) where due_at is not null;
create index order_payment on order_now (community, payment) where payment is not null;

-- community
-- messages of providers that were taken in: the same one again has no second effect
create table pay_event (
  community text not null references community (id),
  merchant text not null,
  event text not null,
  number text not null,
  at text not null,
  primary key (community, merchant, event)
) /* clustered */;

-- community
-- what the office should look at: wrong merchant, another amount, money without an order, a refund we did not ask for
create table pay_odd (
  community text not null references community (id),
  id text not null,
  what text not null,
  merchant text not null,
  number text not null,
  transaction_id text not null,
  fen bigint not null,
  detail text not null,
  at text not null,
  closed_at text,
  closed_by text,
  primary key (community, id),
  unique (community, what, merchant, number, transaction_id)
) /* clustered */;
create index pay_odd_open on pay_odd (community, at) where closed_at is null;

-- community
-- somebody asks that money goes back; number is our out_refund_no, fixed from the first day
create table refund_ask (
  community text not null references community (id),
  id text not null,
  payment text not null,
  home text not null,
  fen bigint not null check (fen > 0),
  reason text not null check (reason <> ''),
  number text not null,
  who text not null check (who <> ''),
  at text not null,
  n bigint not null,
  primary key (community, id),
  unique (community, number),
  foreign key (community, payment) references payment (community, id)
);
create index refund_ask_payment on refund_ask (community, payment);

-- community
-- kept state of a refund: asked, refused, sending, unknown, processing, desk (paid out by hand), done, failed
create table refund_now (
  community text not null,
  ask text not null,
  state text not null check (state in
    ('asked', 'refused', 'sending', 'unknown', 'processing', 'desk', 'done', 'failed')),
  approver text,
  answered_at text,
  refund text,
  theirs text not null,
  said text not null,
  tries bigint not null,
  due_at text,
  lease text,
  primary key (community, ask),
  foreign key (community, ask) references refund_ask (community, id),
  foreign key (community, refund) references refund (community, id)
) /* clustered */;
create index refund_due on refund_now (community, due_at) where due_at is not null;

-- community
-- a provider's bill of a day, read once or again; the sums are the bill's
create table recon (
  community text not null references community (id),
  merchant text not null,
  channel text not null,
  day text not null check (length(day) = 10),
  read_at text not null,
  rows bigint not null,
  paid_fen bigint not null,
  refunded_fen bigint not null,
  fee_fen bigint not null,
  bank_fen bigint,
  entry bigint,
  primary key (community, merchant, day),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;

-- community
-- a row of the bill, or of ours that the bill lacks, with what matching found; explained by a person where it differs
create table recon_row (
  community text not null,
  merchant text not null,
  day text not null,
  kind text not null check (kind in ('payment', 'refund')),
  id text not null,
  number text not null,
  fen bigint not null,
  fee_fen bigint not null,
  ours_fen bigint,
  at text not null,
  verdict text not null check (verdict in
    ('matched', 'local_only', 'provider_only', 'booked', 'amount', 'status', 'date_shift', 'fee')),
  note text not null,
  who text,
  primary key (community, merchant, day, kind, id),
  foreign key (community, merchant, day) references recon (community, merchant, day)
) /* clustered */;
create index recon_row_id on recon_row (community, id);
create index recon_row_open on recon_row (community, day) where verdict not in ('matched', 'booked', 'date_shift') and who is null;

-- community
-- cash counted with its holder: what the books say he holds, what was there
create table cash_count (
  community text not null references community (id),
  id text not null,
  holder text not null,
  book_fen bigint not null,
  counted_fen bigint not null check (counted_fen >= 0),
  note text not null,
  who text not null,
  at text not null,
  last_no bigint not null,
  primary key (community, id)
);
create index cash_count_holder on cash_count (community, holder, at);

-- community
-- cash handed from one person to another
create table cash_handover (
  community text not null references community (id),
  id text not null,
  giver text not null,
  taker text not null check (taker <> giver),
  fen bigint not null check (fen > 0),
  who text not null,
  at text not null,
  entry bigint not null,
  primary key (community, id),
  foreign key (community, entry) references entry (community, entry)
);

-- community
-- an owner asks for an electronic invoice of a receipt; number once issued, red once taken back by a red invoice
create table invoice (
  community text not null references community (id),
  id text not null,
  payment text not null,
  fen bigint not null check (fen > 0),
  title text not null,
  tax_no text not null,
  mail text not null,
  at text not null,
  number text,
  issued_at text,
  red text,
  red_at text,
  primary key (community, id),
  foreign key (community, payment) references payment (community, id)
);
create index invoice_payment on invoice (community, payment);
