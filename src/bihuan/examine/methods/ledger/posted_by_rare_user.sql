/*
id: posted_by_rare_user
title: {zh: 很少制单的人员记账, en: Posted by a user who hardly ever does}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 平时不做账的人（如领导、外部人员、停用账号）突然录入凭证，可能绕开了正常的经办和复核。
  en: An entry by someone who does not usually make them may have gone round the ordinary hands and checks.
not_when:
  zh: 新到岗、后来持续做账的会计，期初试录，以及代班人员；单位制单人员少于两名的不判断。
  en: A newcomer who goes on keeping the books, trial entries, stand-ins; units with a single preparer are not judged.
ask:
  zh: 该用户的身份、岗位和授权，当日登录记录，谁经办、谁复核。
  en: Who the user is, by what right, the log-in record, and who handled and checked the matter.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') <> 'void' AND prepared_by IS NOT NULL"}
scope: all
params: {most_lines: 12, most_share: 0.01, least_lines: 300, newcomer_days: 62}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}由{person}制单；该人员全部期间只有{lines_of_person}条分录（单位共{lines_of_unit}条），借方{amount}。"
  en: "Voucher {voucher} was prepared by {person}, who made only {lines_of_person} of the unit's {lines_of_unit} lines; debits {amount}."
examples:
  - says: two lines by a chief among 300 by the accountants; a void line of a stranger and another unit's only preparer
    given:
      journal_line: [
        &chief {row_id: 1001, unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "77", voucher_date: 2025-03-09, account_code: "5001", debit: 80000.00, credit: 0.00, prepared_by: 局长},
        {<<: *chief, row_id: 1002, account_code: "1002", debit: 0.00, credit: 80000.00},
        {<<: *chief, row_id: 1003, voucher_no: "78", prepared_by: 路人, status: void},
        {<<: *chief, row_id: 1004, unit_id: U2, prepared_by: 王},
        {<<: *chief, row_id: 1005, voucher_no: "90", prepared_by: 新人, voucher_date: 2025-12-20},
        {<<: *chief, row_id: 1006, voucher_no: "99", prepared_by: 林, voucher_date: 2025-12-30},
        &lin {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "1", voucher_date: 2025-03-01, account_code: "5001", debit: 8.00, prepared_by: 林},
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin,
        *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin, *lin]
    expect:
      - {unit_id: U1, voucher_no: "77", person: 局长, amount: 80000.00, lines_of_person: 2}
*/
WITH users AS (
  SELECT unit_id, trim(prepared_by) AS person, count(*) AS lines_of_person,
    min(voucher_date) AS first_day, max(voucher_date) AS last_day
  FROM journal_line
  WHERE coalesce(status, 'valid') <> 'void' AND trim(prepared_by) <> ''
  GROUP BY unit_id, trim(prepared_by)
),
units AS (
  SELECT unit_id, sum(lines_of_person) AS lines_of_unit, max(last_day) AS last_day_of_unit
  FROM users
  GROUP BY unit_id
),
users_in_unit AS (
  SELECT users.unit_id, users.person, users.lines_of_person, users.first_day, units.lines_of_unit, units.last_day_of_unit
  FROM users
  JOIN units ON units.unit_id = users.unit_id
),
rare_users AS (
  SELECT unit_id, person, lines_of_person, lines_of_unit
  FROM users_in_unit
  WHERE lines_of_unit >= $least_lines AND lines_of_person <= $most_lines
    AND lines_of_person <= $most_share * lines_of_unit
    AND date_diff('day', first_day, last_day_of_unit) > $newcomer_days
)
SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
  coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
  concat(coalesce(line.voucher_word, ''), coalesce(line.voucher_no, line.voucher_id, '')) AS voucher,
  min(rare.person) AS person, max(rare.lines_of_person) AS lines_of_person, max(rare.lines_of_unit) AS lines_of_unit,
  max(line.voucher_date) AS voucher_date, max(line.currency) AS currency,
  CAST(greatest(sum(coalesce(line.debit, 0)) FILTER (WHERE line.side IS DISTINCT FROM 'budgetary'),
    sum(coalesce(line.debit, 0)) FILTER (WHERE line.side = 'budgetary'), 0) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM journal_line AS line
JOIN rare_users AS rare ON rare.unit_id = line.unit_id AND rare.person = trim(line.prepared_by)
WHERE coalesce(line.status, 'valid') <> 'void'
GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id
