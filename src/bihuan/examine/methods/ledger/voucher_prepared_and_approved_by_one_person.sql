/*
id: voucher_prepared_and_approved_by_one_person
title: {zh: 制单与审核为同一人, en: One person prepared and approved the voucher}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 制单与审核是不相容岗位。一人制单又审核，凭证没有经过第二双眼睛。
  en: Preparing and approving are incompatible duties; nobody else has seen such a voucher.
not_when:
  zh: 只有一名会计的小单位，整本账都如此的，合并为一条提示，属内控问题而非单张凭证问题。
  en: In a small unit with one accountant the whole book is like this; it is told once, as a weakness of control.
ask:
  zh: 岗位分工文件、系统用户权限表，是否有人用他人账号审核。
  en: The division of duties, the rights of the system's users, and whether one used another's account.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') <> 'void' AND prepared_by IS NOT NULL AND approved_by IS NOT NULL"}
max_share: 1
scope: year
params: {habit_share: 0.3}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "{fiscal_year}年凭证{voucher}制单、审核均为{person}，共{lines}条分录，借方{amount}。"
  en: "{fiscal_year}, voucher {voucher}: {person} both prepared and approved it; {lines} lines, debits {amount}."
examples:
  - says: one voucher in five; blanks do not make two persons, and a blank approver is not the preparer
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "5001", debit: 80.00, credit: 0.00, prepared_by: 林, approved_by: 赵}
        - {<<: *line, voucher_no: "2"}
        - {<<: *line, voucher_no: "3", prepared_by: "赵 ", approved_by: 赵, debit: 950.00}
        - {<<: *line, voucher_no: "4", approved_by: null}
        - {<<: *line, voucher_no: "5", prepared_by: "", approved_by: ""}
        - {<<: *line, voucher_no: "6", prepared_by: 赵, status: void}
        - {<<: *line, voucher_no: "7"}
        - {<<: *line, voucher_no: "8"}
    expect:
      - {unit_id: U1, voucher_no: "3", amount: 950.00, person: 赵}
  - says: where it is the habit of the book it is told once
    given:
      journal_line:
        - &alone {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-05, account_code: "5001", debit: 80.00, prepared_by: 林, approved_by: 林}
        - {<<: *alone, voucher_no: "2", voucher_date: 2025-04-05, period: 4}
        - {<<: *alone, voucher_no: "3", prepared_by: 赵}
    expect:
      - {unit_id: U1, fiscal_year: 2025, voucher_no: null, amount: 160.00, lines: 2}
*/
WITH book_years AS (
  SELECT unit_id, book_id, fiscal_year,
    count(*) FILTER (WHERE trim(prepared_by) = trim(approved_by)) > $habit_share * count(*) AS is_habit
  FROM journal_line
  WHERE coalesce(status, 'valid') <> 'void' AND trim(prepared_by) <> '' AND trim(approved_by) <> ''
  GROUP BY unit_id, book_id, fiscal_year
  HAVING count(*) FILTER (WHERE trim(prepared_by) = trim(approved_by)) > 0
),
lines_of_one_person AS (
  SELECT line.unit_id, line.book_id, line.fiscal_year,
    CASE WHEN NOT book.is_habit THEN line.period END AS period,
    CASE WHEN NOT book.is_habit THEN line.voucher_word END AS voucher_word,
    CASE WHEN NOT book.is_habit THEN coalesce(line.voucher_no, line.voucher_id) END AS voucher_no,
    trim(line.prepared_by) AS person, line.debit, line.side, line.currency, line.voucher_date, line.row_id
  FROM journal_line AS line
  JOIN book_years AS book ON book.unit_id = line.unit_id
    AND book.book_id IS NOT DISTINCT FROM line.book_id
    AND book.fiscal_year IS NOT DISTINCT FROM line.fiscal_year
  WHERE coalesce(line.status, 'valid') <> 'void' AND trim(line.prepared_by) = trim(line.approved_by)
    AND trim(line.prepared_by) <> ''
)
SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
  CASE WHEN voucher_no IS NULL THEN '—' ELSE concat(coalesce(voucher_word, ''), voucher_no) END AS voucher,
  min(person) AS person, count(*) AS lines, max(voucher_date) AS voucher_date, max(currency) AS currency,
  CAST(greatest(sum(coalesce(debit, 0)) FILTER (WHERE side IS DISTINCT FROM 'budgetary'),
    sum(coalesce(debit, 0)) FILTER (WHERE side = 'budgetary'), 0) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(row_id)) AS journal_line_rows
FROM lines_of_one_person
GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
