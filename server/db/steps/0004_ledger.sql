-- ledger: what do they owe? Facts are appended, sums are kept in the same act, the journal is held by keys.

-- community
-- charge items and the account their income stands on; fund is one of the three ledgers never added together
create table item (
  community text not null references community (id),
  name text not null check (name <> ''),
  account text not null,
  fund text not null,
  primary key (community, name)
) /* clustered */;

-- community
-- header of a journal entry; `entry` and `no` are both the number in the chain, `no` is what the seal hangs from
create table entry (
  community text not null references community (id),
  entry bigint not null,
  no bigint not null check (no = entry),
  lines bigint not null check (lines >= 2),
  book_date text not null,
  kind text not null,
  ref text,
  n bigint not null,
  at text not null,
  who text not null,
  primary key (community, entry),
  unique (community, no),
  unique (community, entry, lines),
  unique (community, entry, no, lines)
) /* clustered */;
create index entry_day on entry (community, book_date, entry);

-- community
-- fen: debit positive, credit negative; before and after are the running sum, a chain from 0 to 0
create table line (
  community text not null,
  entry bigint not null,
  seq bigint not null,
  lines bigint not null,
  account text not null check (account <> ''),
  fen bigint not null check (fen <> 0),
  prev bigint,
  before bigint not null,
  after bigint not null,
  home text,
  bill text,
  payment text,
  primary key (community, entry, seq),
  unique (community, entry, seq, after),
  check (after = before + fen),
  check (seq between 1 and lines),
  check ((seq = 1 and prev is null and before = 0) or (seq > 1 and prev is not null and prev = seq - 1)),
  foreign key (community, entry, lines) references entry (community, entry, lines),
  foreign key (community, entry, prev, before) references line (community, entry, seq, after)
) /* clustered */;

-- community
-- closes an entry: its last line's sum is 0, its number follows the one before, its hash covers that hash
create table seal (
  community text not null,
  no bigint not null check (no >= 1),
  entry bigint not null,
  lines bigint not null,
  total bigint not null check (total = 0),
  prev_no bigint,
  prev_hash text,
  hash text not null check (length(hash) = 64),
  primary key (community, no),
  unique (community, entry),
  unique (community, no, hash),
  check ((no = 1 and prev_no is null and prev_hash is null)
      or (no > 1 and prev_no is not null and prev_hash is not null and prev_no = no - 1)),
  foreign key (community, entry, no, lines) references entry (community, entry, no, lines),
  foreign key (community, entry, lines, total) references line (community, entry, seq, after),
  foreign key (community, prev_no, prev_hash) references seal (community, no, hash)
) /* clustered */;

-- community
-- One home, one item, one period. id 'b00000001' from the counter. part: 0, or 1, 2 … where the period is shared by
-- owners; turn: 1, after a correction 2 …; the reversing bill carries -turn and -fen. entry is null for 0 fen.
create table bill (
  community text not null,
  id text not null,
  home text not null,
  owner text,
  item text not null check (item <> ''),
  period text not null check (length(period) = 7),
  until_period text check (until_period >= period),
  part bigint not null check (part >= 0),
  turn bigint not null check (turn <> 0),
  due text not null check (length(due) = 10),
  fen bigint not null,
  basis text not null,
  rule text,
  reverses text,
  source text not null,
  made_n bigint not null,
  entry bigint,
  primary key (community, id),
  unique (community, home, item, period, part, turn),
  check ((reverses is null and turn > 0 and fen >= 0) or (reverses is not null and turn < 0 and fen <= 0)),
  foreign key (community, home) references home (community, id),
  foreign key (community, reverses) references bill (community, id),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;
create unique index bill_reverses on bill (community, reverses) where reverses is not null;

-- community
-- kept sum of a bill: fen is 0 once it is reversed
create table owed (
  community text not null,
  bill text not null,
  home text not null,
  due text not null,
  fen bigint not null check (fen >= 0),
  settled_fen bigint not null check (settled_fen >= 0),
  waived_fen bigint not null check (waived_fen >= 0),
  open_fen bigint not null check (open_fen >= 0),
  primary key (community, bill),
  check (open_fen = fen - settled_fen - waived_fen),
  foreign key (community, bill) references bill (community, id)
) /* clustered */;
create index owed_open on owed (community, home, due, bill, open_fen) where open_fen > 0;

-- community
-- kept sum of a home, whatever the day; outstanding = billed - settled - waived
create table home_sum (
  community text not null,
  home text not null,
  billed_fen bigint not null check (billed_fen >= 0),
  settled_fen bigint not null check (settled_fen >= 0),
  waived_fen bigint not null check (waived_fen >= 0),
  prepaid_fen bigint not null check (prepaid_fen >= 0),
  primary key (community, home),
  check (settled_fen + waived_fen <= billed_fen),
  foreign key (community, home) references home (community, id)
) /* clustered */;

-- community
-- kept sum of a period by building and item: what the lobby and the reports draw
create table period_sum (
  community text not null,
  period text not null,
  building text not null,
  item text not null,
  billed_fen bigint not null check (billed_fen >= 0),
  settled_fen bigint not null check (settled_fen >= 0),
  waived_fen bigint not null check (waived_fen >= 0),
  primary key (community, period, building, item)
) /* clustered */;

-- community
-- kept sum of what came in and went back on a book day, by channel
create table takings_sum (
  community text not null,
  day text not null,
  channel text not null,
  fen bigint not null check (fen >= 0),
  payments bigint not null check (payments >= 0),
  reversed_fen bigint not null check (reversed_fen >= 0),
  reversals bigint not null check (reversals >= 0),
  primary key (community, day, channel)
) /* clustered */;

-- community
-- money that came in: id 'p00000001', receipt_no begins with the community's number; policy is how it was allocated
create table payment (
  community text not null,
  id text not null,
  channel text not null check (channel in ('wechat', 'alipay', 'transfer', 'cash', 'pos', 'deduction', 'other')),
  transaction_id text not null check (transaction_id <> ''),
  home text not null,
  fen bigint not null check (fen > 0),
  happened_on text not null check (length(happened_on) = 10),
  book_date text not null check (length(book_date) = 10),
  at text not null,
  who text not null,
  receipt_no text not null,
  label text not null,
  note text not null,
  policy text not null,
  payload_hash text not null,
  made_n bigint not null,
  entry bigint not null,
  primary key (community, id),
  unique (community, channel, transaction_id),
  unique (community, receipt_no),
  foreign key (community, home) references home (community, id),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;
create index payment_home on payment (community, home, happened_on);
create index payment_day on payment (community, book_date, id);
create index payment_label on payment (community, label) where label <> '';

-- community
-- kept sum: what is left of a payment as prepayment of a home; no row once nothing was ever left
create table credit (
  community text not null,
  home text not null,
  payment text not null,
  fen bigint not null check (fen >= 0),
  primary key (community, home, payment),
  foreign key (community, payment) references payment (community, id)
) /* clustered */;
create index credit_payment on credit (community, payment);

-- community
-- id 'a00000001'; a row that undoes another has its payment, bill, home and fen
create table allocation (
  community text not null,
  id text not null,
  payment text not null,
  bill text not null,
  home text not null,
  fen bigint not null check (fen > 0),
  undoes text,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  unique (community, id, payment, bill, fen),
  foreign key (community, payment) references payment (community, id),
  foreign key (community, bill) references bill (community, id),
  foreign key (community, entry) references entry (community, entry),
  foreign key (community, undoes, payment, bill, fen) references allocation (community, id, payment, bill, fen)
) /* clustered */;
create unique index allocation_undoes on allocation (community, undoes) where undoes is not null;
create index allocation_payment on allocation (community, payment, bill);
create index allocation_bill on allocation (community, bill);

-- community
-- 冲红: money that went back, bounced or was booked to the wrong home; the sum stays within the payment
create table reversal (
  community text not null,
  id text not null,
  payment text not null,
  fen bigint not null check (fen > 0),
  happened_on text not null,
  book_date text not null,
  reason text not null check (reason <> ''),
  label text not null,
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  foreign key (community, payment) references payment (community, id),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;
create index reversal_payment on reversal (community, payment);

-- community
-- credit of a payment moved from one home to another
create table credit_move (
  community text not null,
  id text not null,
  payment text not null,
  home text not null,
  to_home text not null check (to_home <> home),
  fen bigint not null check (fen > 0),
  reason text not null check (reason <> ''),
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  foreign key (community, payment) references payment (community, id),
  foreign key (community, to_home) references home (community, id),
  foreign key (community, entry) references entry (community, entry)
) /* clustered */;
create index credit_move_payment on credit_move (community, payment);

-- community
create table waiver_ask (
  community text not null,
  id text not null,
  bill text not null,
  fen bigint not null check (fen > 0),
  reason text not null check (reason <> ''),
  who text not null check (who <> ''),
  at text not null,
  n bigint not null,
  primary key (community, id),
  unique (community, id, who, bill, fen),
  foreign key (community, bill) references bill (community, id)
);

-- community
-- the second person's word on a waiver: the key carries the asker, the check keeps the two apart
create table waiver_answer (
  community text not null,
  ask text not null,
  asker text not null,
  bill text not null,
  fen bigint not null,
  granted text not null check (granted in ('yes', 'no')),
  who text not null check (who <> '' and who <> asker),
  at text not null,
  n bigint not null,
  primary key (community, ask),
  unique (community, ask, bill, fen),
  foreign key (community, ask, asker, bill, fen) references waiver_ask (community, id, who, bill, fen)
);

-- community
-- what is no longer asked of a bill: granted through an ask, or undone (undoes)
create table waiver (
  community text not null,
  id text not null,
  bill text not null,
  home text not null,
  fen bigint not null check (fen > 0),
  ask text not null,
  reason text not null,
  undoes text,
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  unique (community, id, bill, fen),
  foreign key (community, ask, bill, fen) references waiver_answer (community, ask, bill, fen),
  foreign key (community, undoes, bill, fen) references waiver (community, id, bill, fen),
  foreign key (community, entry) references entry (community, entry)
);
create unique index waiver_ask_once on waiver (community, ask) where undoes is null;
create unique index waiver_undoes on waiver (community, undoes) where undoes is not null;
create index waiver_bill on waiver (community, bill);

-- community
-- income and expense by fund; beside = 'yes' for the accountant's figure of money the ledger holds already (no entry)
create table voucher (
  community text not null references community (id),
  id text not null,
  kind text not null check (kind in ('in', 'out')),
  head text not null check (head <> ''),
  fund text not null,
  summary text not null,
  fen bigint not null check (fen <> 0),
  happened_on text not null,
  book_date text not null,
  handler text not null,
  number text not null,
  beside text not null check (beside in ('yes', 'no')),
  undoes text,
  source text not null,
  who text not null,
  at text not null,
  n bigint not null,
  entry bigint,
  primary key (community, id),
  unique (community, id, kind, head),
  check ((beside = 'yes') = (entry is null)),
  foreign key (community, undoes, kind, head) references voucher (community, id, kind, head),
  foreign key (community, entry) references entry (community, entry)
);
create unique index voucher_undoes on voucher (community, undoes) where undoes is not null;
create index voucher_day on voucher (community, happened_on, head);
create index voucher_number on voucher (community, number);

-- community
-- money that goes back to the payer, in two phases; asked by one, approved by another (the pay room drives it)
create table refund (
  community text not null,
  id text not null,
  payment text not null,
  home text not null,
  fen bigint not null check (fen > 0),
  reason text not null check (reason <> ''),
  asker text not null,
  who text not null check (who <> asker),
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, id),
  foreign key (community, payment) references payment (community, id),
  foreign key (community, entry) references entry (community, entry)
);
create index refund_payment on refund (community, payment);

-- community
create table refund_end (
  community text not null,
  refund text not null,
  result text not null check (result in ('done', 'failed')),
  happened_on text not null,
  book_date text not null,
  at text not null,
  n bigint not null,
  entry bigint not null,
  primary key (community, refund),
  foreign key (community, refund) references refund (community, id),
  foreign key (community, entry) references entry (community, entry)
);

-- community
-- how a fee is computed; until is the first day it no longer applies. price in fen × 100 (分 with two decimals)
create table fee_rule (
  community text not null references community (id),
  id text not null,
  item text not null,
  method text not null check (method in ('area', 'fixed', 'meter', 'share', 'formula')),
  price bigint not null,
  formula text not null,
  every text not null check (every in ('month', 'quarter', 'year')),
  home_kind text not null,
  due_day bigint not null check (due_day between 1 and 28),
  unit text not null check (unit in ('fen', 'jiao', 'yuan')),
  rounding text not null check (rounding in ('half_up', 'up', 'down')),
  vacant_permille bigint not null check (vacant_permille between 0 and 1000),
  split_owner text not null check (split_owner in ('yes', 'no')),
  share_by text not null check (share_by in ('', 'area', 'home')),
  since text not null,
  until text,
  who text not null,
  n bigint not null,
  primary key (community, id),
  foreign key (community, item) references item (community, name)
);

-- community
-- readings of meters, in 0.01 of the meter's unit
create table reading (
  community text not null,
  home text not null,
  item text not null,
  period text not null,
  before bigint not null,
  after bigint not null check (after >= before),
  n bigint not null,
  primary key (community, home, item, period),
  foreign key (community, home) references home (community, id)
) /* clustered */;

-- community
-- the sum of a period that homes share
create table pool (
  community text not null references community (id),
  rule text not null,
  period text not null,
  fen bigint not null check (fen >= 0),
  n bigint not null,
  primary key (community, rule, period),
  foreign key (community, rule) references fee_rule (community, id)
) /* clustered */;

-- community
-- a run of bills for a period, resumable: homes up to `after` are done
create table billing_run (
  community text not null references community (id),
  id text not null,
  period text not null,
  after text not null,
  bills bigint not null,
  fen bigint not null,
  started_at text not null,
  ended_at text,
  who text not null,
  primary key (community, id)
);

-- community
-- the contract's clause on late fees: rate in 1/100,000 of the principal a day, capped at permille of the principal
create table late_clause (
  community text not null references community (id),
  id text not null,
  item text not null,
  rate bigint not null check (rate > 0),
  grace_days bigint not null check (grace_days >= 0),
  cap_permille bigint not null check (cap_permille between 1 and 1000),
  clause text not null check (clause <> ''),
  since text not null,
  until text,
  who text not null,
  n bigint not null,
  primary key (community, id)
);

-- community
-- a late fee that was assessed: the bill it became, for which bill, up to which day
create table late_fee (
  community text not null,
  bill text not null,
  principal text not null,
  until text not null,
  fen bigint not null check (fen > 0),
  clause text not null,
  n bigint not null,
  primary key (community, bill),
  foreign key (community, bill) references bill (community, id),
  foreign key (community, principal) references bill (community, id)
) /* clustered */;
create index late_fee_principal on late_fee (community, principal);

-- community
-- signed Merkle-sum total of one or more closed days
create table day_seal (
  community text not null references community (id),
  no bigint not null,
  day text not null,
  since text not null,
  receipts bigint not null,
  total_fen bigint not null,
  root text not null,
  back bigint not null,
  back_fen bigint not null,
  back_root text not null,
  prev_hash text not null,
  hash text not null,
  signature text not null,
  key_id text not null,
  at text not null,
  primary key (community, no),
  unique (community, day)
) /* clustered */;

-- community
-- the leaves of a seal in their order; kind 'in' is a receipt, 'back' a refund or reversal
create table seal_leaf (
  community text not null,
  seal bigint not null,
  kind text not null check (kind in ('in', 'back')),
  position bigint not null,
  number text not null,
  fen bigint not null check (fen >= 0),
  salt text not null,
  primary key (community, seal, kind, position),
  unique (community, kind, number),
  foreign key (community, seal) references day_seal (community, no)
) /* clustered */;

-- community
-- days of the books that are closed; stands last, for it shuts the days of the entries before it
create table book_day (
  community text not null references community (id),
  day text not null,
  closed_at text not null,
  who text not null,
  last_no bigint not null,
  primary key (community, day)
) /* clustered */;

-- the facts of an entry, for verify; bills, payments and allocations are walked along by id
create index reversal_entry on reversal (community, entry);
create index credit_move_entry on credit_move (community, entry);
create index waiver_entry on waiver (community, entry);
create index voucher_entry on voucher (community, entry);
create index refund_entry on refund (community, entry);
create index refund_end_entry on refund_end (community, entry);
