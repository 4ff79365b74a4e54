-- Facts of the ledger are never edited: a change or removal is refused, whoever asks. Nothing here does any work.
create trigger if not exists entry_no_update before update on entry begin select raise(abort, 'entry: facts are never edited'); end;
create trigger if not exists entry_no_delete before delete on entry begin select raise(abort, 'entry: facts are never edited'); end;
create trigger if not exists line_no_update before update on line begin select raise(abort, 'line: facts are never edited'); end;
create trigger if not exists line_no_delete before delete on line begin select raise(abort, 'line: facts are never edited'); end;
create trigger if not exists seal_no_update before update on seal begin select raise(abort, 'seal: facts are never edited'); end;
create trigger if not exists seal_no_delete before delete on seal begin select raise(abort, 'seal: facts are never edited'); end;
create trigger if not exists bill_no_update before update on bill begin select raise(abort, 'bill: facts are never edited'); end;
create trigger if not exists bill_no_delete before delete on bill begin select raise(abort, 'bill: facts are never edited'); end;
create trigger if not exists payment_no_update before update on payment begin select raise(abort, 'payment: facts are never edited'); end;
create trigger if not exists payment_no_delete before delete on payment begin select raise(abort, 'payment: facts are never edited'); end;
create trigger if not exists allocation_no_update before update on allocation begin select raise(abort, 'allocation: facts are never edited'); end;
create trigger if not exists allocation_no_delete before delete on allocation begin select raise(abort, 'allocation: facts are never edited'); end;
create trigger if not exists reversal_no_update before update on reversal begin select raise(abort, 'reversal: facts are never edited'); end;
create trigger if not exists reversal_no_delete before delete on reversal begin select raise(abort, 'reversal: facts are never edited'); end;
create trigger if not exists credit_move_no_update before update on credit_move begin select raise(abort, 'credit_move: facts are never edited'); end;
create trigger if not exists credit_move_no_delete before delete on credit_move begin select raise(abort, 'credit_move: facts are never edited'); end;
create trigger if not exists waiver_ask_no_update before update on waiver_ask begin select raise(abort, 'waiver_ask: facts are never edited'); end;
create trigger if not exists waiver_ask_no_delete before delete on waiver_ask begin select raise(abort, 'waiver_ask: facts are never edited'); end;
create trigger if not exists waiver_answer_no_update before update on waiver_answer begin select raise(abort, 'waiver_answer: facts are never edited'); end;
create trigger if not exists waiver_answer_no_delete before delete on waiver_answer begin select raise(abort, 'waiver_answer: facts are never edited'); end;
create trigger if not exists waiver_no_update before update on waiver begin select raise(abort, 'waiver: facts are never edited'); end;
create trigger if not exists waiver_no_delete before delete on waiver begin select raise(abort, 'waiver: facts are never edited'); end;
create trigger if not exists voucher_no_update before update on voucher begin select raise(abort, 'voucher: facts are never edited'); end;
create trigger if not exists voucher_no_delete before delete on voucher begin select raise(abort, 'voucher: facts are never edited'); end;
create trigger if not exists refund_no_update before update on refund begin select raise(abort, 'refund: facts are never edited'); end;
create trigger if not exists refund_no_delete before delete on refund begin select raise(abort, 'refund: facts are never edited'); end;
create trigger if not exists refund_end_no_update before update on refund_end begin select raise(abort, 'refund_end: facts are never edited'); end;
create trigger if not exists refund_end_no_delete before delete on refund_end begin select raise(abort, 'refund_end: facts are never edited'); end;
create trigger if not exists late_fee_no_update before update on late_fee begin select raise(abort, 'late_fee: facts are never edited'); end;
create trigger if not exists late_fee_no_delete before delete on late_fee begin select raise(abort, 'late_fee: facts are never edited'); end;
create trigger if not exists day_seal_no_update before update on day_seal begin select raise(abort, 'day_seal: facts are never edited'); end;
create trigger if not exists day_seal_no_delete before delete on day_seal begin select raise(abort, 'day_seal: facts are never edited'); end;
create trigger if not exists seal_leaf_no_update before update on seal_leaf begin select raise(abort, 'seal_leaf: facts are never edited'); end;
create trigger if not exists seal_leaf_no_delete before delete on seal_leaf begin select raise(abort, 'seal_leaf: facts are never edited'); end;
create trigger if not exists book_day_no_update before update on book_day begin select raise(abort, 'book_day: facts are never edited'); end;
create trigger if not exists book_day_no_delete before delete on book_day begin select raise(abort, 'book_day: facts are never edited'); end;
create trigger if not exists suspense_no_update before update on suspense begin select raise(abort, 'suspense: facts are never edited'); end;
create trigger if not exists suspense_no_delete before delete on suspense begin select raise(abort, 'suspense: facts are never edited'); end;
create trigger if not exists suspense_ask_no_update before update on suspense_ask begin select raise(abort, 'suspense_ask: facts are never edited'); end;
create trigger if not exists suspense_ask_no_delete before delete on suspense_ask begin select raise(abort, 'suspense_ask: facts are never edited'); end;
create trigger if not exists suspense_answer_no_update before update on suspense_answer begin select raise(abort, 'suspense_answer: facts are never edited'); end;
create trigger if not exists suspense_answer_no_delete before delete on suspense_answer begin select raise(abort, 'suspense_answer: facts are never edited'); end;
create trigger if not exists suspense_return_no_update before update on suspense_return begin select raise(abort, 'suspense_return: facts are never edited'); end;
create trigger if not exists suspense_return_no_delete before delete on suspense_return begin select raise(abort, 'suspense_return: facts are never edited'); end;
create trigger if not exists credit_kept_no_update before update on credit_kept begin select raise(abort, 'credit_kept: facts are never edited'); end;
create trigger if not exists credit_kept_no_delete before delete on credit_kept begin select raise(abort, 'credit_kept: facts are never edited'); end;
create trigger if not exists pay_order_no_update before update on pay_order begin select raise(abort, 'pay_order: facts are never edited'); end;
create trigger if not exists pay_order_no_delete before delete on pay_order begin select raise(abort, 'pay_order: facts are never edited'); end;
create trigger if not exists order_event_no_update before update on order_event begin select raise(abort, 'order_event: facts are never edited'); end;
create trigger if not exists order_event_no_delete before delete on order_event begin select raise(abort, 'order_event: facts are never edited'); end;
create trigger if not exists refund_ask_no_update before update on refund_ask begin select raise(abort, 'refund_ask: facts are never edited'); end;
create trigger if not exists refund_ask_no_delete before delete on refund_ask begin select raise(abort, 'refund_ask: facts are never edited'); end;
create trigger if not exists cash_count_no_update before update on cash_count begin select raise(abort, 'cash_count: facts are never edited'); end;
create trigger if not exists cash_count_no_delete before delete on cash_count begin select raise(abort, 'cash_count: facts are never edited'); end;
create trigger if not exists cash_handover_no_update before update on cash_handover begin select raise(abort, 'cash_handover: facts are never edited'); end;
create trigger if not exists cash_handover_no_delete before delete on cash_handover begin select raise(abort, 'cash_handover: facts are never edited'); end;
create trigger if not exists entry_open_day before insert on entry
  when exists (select 1 from book_day d where d.community = new.community and d.day >= new.book_date)
  begin select raise(abort, 'entry: this day is closed'); end;

-- What the planner should believe before there is any data: a community is all rows, what follows it is selective.
-- Without this SQLite takes `community = ?` for ten rows and walks whole tables where a second index fits.
analyze sqlite_schema;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat)
  select t.name, i.name,
    '1000000 1000000' || case when n.columns > 2 then ' 50' else '' end
    || replace(hex(zeroblob(max(n.columns - 3, 0))), '00', ' 10')
    || case when n.columns < 2 then '' when i."unique" = 1 then ' 1' else ' 20' end
  from sqlite_schema t join pragma_index_list(t.name) i
  join (select t2.name as tbl, i2.name as idx, count(*) as columns, max(case when c.seqno = 0 then c.name end) as first
        from sqlite_schema t2 join pragma_index_list(t2.name) i2 join pragma_index_info(i2.name) c
        where t2.type = 'table' group by t2.name, i2.name) n on n.tbl = t.name and n.idx = i.name
  where t.type = 'table' and n.first = 'community' and n.columns > 1;
analyze sqlite_schema;
