-- What happens to money whose owner is gone or unknown, and electronic invoices on their way.

-- community
-- the new owner takes over what the one before him had paid in advance: both agreed, the office keeps who said so;
-- from that day on it is his, until he leaves too
create table credit_kept (
  community text not null,
  payment text not null,
  home text not null,
  reason text not null check (reason <> ''),
  day text not null check (length(day) = 10),
  who text not null check (who <> ''),
  at text not null,
  n bigint not null,
  primary key (community, payment, home, day),
  foreign key (community, payment) references payment (community, id),
  foreign key (community, home) references home (community, id)
) /* clustered */;

-- community
-- somebody asks that money of an unknown payer goes back where it came from
create table suspense_ask (
  community text not null,
  id text not null,
  suspense text not null,
  reason text not null check (reason <> ''),
  who text not null check (who <> ''),
  at text not null,
  n bigint not null,
  primary key (community, id),
  unique (community, id, who, suspense),
  foreign key (community, suspense) references suspense (community, id)
);
create index suspense_ask_suspense on suspense_ask (community, suspense);

-- community
-- the second person's word: the key carries the asker, the check keeps the two apart
create table suspense_answer (
  community text not null,
  ask text not null,
  asker text not null,
  suspense text not null,
  granted text not null check (granted in ('yes', 'no')),
  who text not null check (who <> '' and who <> asker),
  at text not null,
  n bigint not null,
  primary key (community, ask),
  unique (community, ask, suspense, granted),
  foreign key (community, ask, asker, suspense) references suspense_ask (community, id, who, suspense)
);

-- community
-- the money went back, once; voucher is the bank's or the merchant platform's number of the return
create table suspense_return (
  community text not null,
  suspense text not null,
  ask text not null,
  granted text not null check (granted = 'yes'),
  fen bigint not null check (fen > 0),
  voucher text not null check (voucher <> ''),
  happened_on text not null check (length(happened_on) = 10),
  book_date text not null,
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, suspense),
  foreign key (community, ask, suspense, granted) references suspense_answer (community, ask, suspense, granted),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;
create index suspense_return_entry on suspense_return (community, entry);

-- community
-- kept state of an electronic invoice with whoever issues it: asked, sending, issued, red_sending, red, failed, red_failed
create table invoice_now (
  community text not null,
  invoice text not null,
  state text not null check (state in ('asked', 'sending', 'issued', 'red_sending', 'red', 'failed', 'red_failed')),
  issuer text not null,
  said text not null,
  link text not null,
  tries bigint not null,
  due_at text,
  lease text,
  primary key (community, invoice),
  foreign key (community, invoice) references invoice (community, id)
) /* clustered */;
create index invoice_due on invoice_now (community, due_at) where due_at is not null;

-- orders are looked for by amount and by the provider's number
create index pay_order_fen on pay_order (community, fen, at);
create index order_transaction on order_now (community, transaction_id) where transaction_id is not null;
-- the readings of a month
create index reading_month on reading (community, item, period);
