-- The end of the chain is kept beside it, and what every entry adds to a day's accounts.

-- community
-- kept sum of the lines of a book day by account: what the trial balance reads
create table account_day (
  community text not null,
  day text not null,
  account text not null,
  debit bigint not null check (debit >= 0),
  credit bigint not null check (credit >= 0),
  primary key (community, day, account)
) /* clustered */;

insert into account_day (community, day, account, debit, credit)
select l.community, e.book_date, l.account, sum(case when l.fen > 0 then l.fen else 0 end),
  sum(case when l.fen < 0 then -l.fen else 0 end)
from line l join entry e on e.community = l.community and e.entry = l.entry
group by l.community, e.book_date, l.account;

-- counter 'entry': the number of the last entry; a chain that ends before it was cut off
insert into counter (community, name, n) select community, 'entry', max(no) from seal group by community;
