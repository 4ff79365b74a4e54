-- Facts of the ledger are never edited: a change or removal is refused, whoever asks. Nothing here does any work.
create or replace function refuse_edit() returns trigger language plpgsql as $$
begin
  raise exception '%: facts are never edited', tg_table_name;
end $$;
create or replace function refuse_closed_day() returns trigger language plpgsql as $$
begin
  if exists (select 1 from book_day d where d.community = new.community and d.day >= new.book_date) then
    raise exception 'entry: this day is closed';
  end if;
  return new;
end $$;
create or replace trigger entry_no_edit before update or delete or truncate on entry for each statement execute function refuse_edit();
create or replace trigger line_no_edit before update or delete or truncate on line for each statement execute function refuse_edit();
create or replace trigger seal_no_edit before update or delete or truncate on seal for each statement execute function refuse_edit();
create or replace trigger bill_no_edit before update or delete or truncate on bill for each statement execute function refuse_edit();
create or replace trigger payment_no_edit before update or delete or truncate on payment for each statement execute function refuse_edit();
create or replace trigger allocation_no_edit before update or delete or truncate on allocation for each statement execute function refuse_edit();
create or replace trigger reversal_no_edit before update or delete or truncate on reversal for each statement execute function refuse_edit();
create or replace trigger credit_move_no_edit before update or delete or truncate on credit_move for each statement execute function refuse_edit();
create or replace trigger waiver_ask_no_edit before update or delete or truncate on waiver_ask for each statement execute function refuse_edit();
create or replace trigger waiver_answer_no_edit before update or delete or truncate on waiver_answer for each statement execute function refuse_edit();
create or replace trigger waiver_no_edit before update or delete or truncate on waiver for each statement execute function refuse_edit();
create or replace trigger voucher_no_edit before update or delete or truncate on voucher for each statement execute function refuse_edit();
create or replace trigger refund_no_edit before update or delete or truncate on refund for each statement execute function refuse_edit();
create or replace trigger refund_end_no_edit before update or delete or truncate on refund_end for each statement execute function refuse_edit();
create or replace trigger late_fee_no_edit before update or delete or truncate on late_fee for each statement execute function refuse_edit();
create or replace trigger day_seal_no_edit before update or delete or truncate on day_seal for each statement execute function refuse_edit();
create or replace trigger seal_leaf_no_edit before update or delete or truncate on seal_leaf for each statement execute function refuse_edit();
create or replace trigger book_day_no_edit before update or delete or truncate on book_day for each statement execute function refuse_edit();
create or replace trigger suspense_no_edit before update or delete or truncate on suspense for each statement execute function refuse_edit();
create or replace trigger suspense_ask_no_edit before update or delete or truncate on suspense_ask for each statement execute function refuse_edit();
create or replace trigger suspense_answer_no_edit before update or delete or truncate on suspense_answer for each statement execute function refuse_edit();
create or replace trigger suspense_return_no_edit before update or delete or truncate on suspense_return for each statement execute function refuse_edit();
create or replace trigger credit_kept_no_edit before update or delete or truncate on credit_kept for each statement execute function refuse_edit();
create or replace trigger pay_order_no_edit before update or delete or truncate on pay_order for each statement execute function refuse_edit();
create or replace trigger order_event_no_edit before update or delete or truncate on order_event for each statement execute function refuse_edit();
create or replace trigger refund_ask_no_edit before update or delete or truncate on refund_ask for each statement execute function refuse_edit();
create or replace trigger cash_count_no_edit before update or delete or truncate on cash_count for each statement execute function refuse_edit();
create or replace trigger cash_handover_no_edit before update or delete or truncate on cash_handover for each statement execute function refuse_edit();
create or replace trigger entry_open_day before insert on entry for each row execute function refuse_closed_day();
