/*
id: reversed_same_day_reentered
title: {zh: 冲销后数日内重新入账, en: Reversed and entered again within days}
status: stable
role: lead
level: low
basis: [isa240]
why:
  zh: 原凭证冲销后又以同额重录，可能借更正之机换了收款人、项目或摘要，掩盖原来的业务。
  en: An entry that is reversed and made again for the same sum may have changed its payee, project or wording under cover of a correction.
not_when:
  zh: 正常的红字更正：错用科目、写错摘要，且附有更正说明和同一张原始凭证；重录金额不同的不在此列。
  en: An ordinary correction that carries its explanation and the same original paper; a new amount is another matter.
ask:
  zh: 三张凭证一并调阅，对比收款人、项目、附件有何变化，更正由谁批准。
  en: All three vouchers side by side, what changed in payee, project and attachments, and who approved it.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid'"}
scope: lookback
params: {least_amount: 1000, least_lines: 10, habit_share: 0.8, window_days: 5}
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: reversed_on
reason:
  zh: "凭证{voucher}记入科目{account_code}的{amount}于{reversed_on}由凭证{reversing_voucher}冲销，又以凭证{second_voucher}同额重录。"
  en: "{amount} that voucher {voucher} posted to account {account_code} was reversed by {reversing_voucher} on {reversed_on} and entered again by {second_voucher}."
examples:
  - says: entered, taken back and entered again; taken back without return, a return with another sum, a monthly sum, another unit
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_word: 记, voucher_no: "0010", voucher_seq: 10, voucher_date: 2025-03-12, account_code: "5001", account_name: 业务活动费用, debit: 4980.00, credit: 0.00, side: financial}
        - {<<: *line, voucher_no: "0011", voucher_seq: 11, debit: -4980.00}
        - {<<: *line, voucher_no: "0012", voucher_seq: 12, voucher_date: 2025-03-13}
        - {<<: *line, voucher_no: "0020", voucher_seq: 20, debit: 3000.00}
        - {<<: *line, voucher_no: "0021", voucher_seq: 21, debit: 0.00, credit: 3000.00}
        - {<<: *line, voucher_no: "0022", voucher_seq: 22, debit: 3001.00}
        - {<<: *line, voucher_no: "0023", voucher_seq: 23, debit: 3000.00, unit_id: U2}
        - {<<: *line, voucher_no: "0001", voucher_seq: 1, voucher_date: 2025-04-12, period: 4, debit: 3000.00}
        - {<<: *line, voucher_no: "0024", voucher_seq: 24, debit: 3000.00, status: void}
    expect:
      - {unit_id: U1, period: 3, voucher_no: "0010", amount: 4980.00, second_voucher: 记0012}
*/
WITH
accounts_used AS (
  SELECT unit_id, book_id, account_code, currency,
    CASE
      WHEN regexp_matches(coalesce(max(account_name), ''), '收入|[Ii]ncome|[Rr]evenue')
        AND NOT regexp_matches(coalesce(max(account_name), ''), '应收|预收|暂收|递延') THEN 'credit'
      WHEN regexp_matches(coalesce(max(account_name), ''), '费用|支出|成本|[Ee]xpense|[Cc]ost')
        AND NOT regexp_matches(coalesce(max(account_name), ''), '累计|待摊|应付|预付|预提') THEN 'debit'
      WHEN regexp_matches(account_code, '^(5[0-9]|7[0-9])') THEN 'debit'
      WHEN regexp_matches(account_code, '^(60|61|63)') THEN 'credit'
      WHEN regexp_matches(account_code, '^(64|66|67)') THEN CASE WHEN max(side) = 'budgetary' THEN 'credit' ELSE 'debit' END
      WHEN regexp_matches(account_code, '^4[0-9]') AND max(side) = 'financial' THEN 'credit'
      WHEN count(*) >= $least_lines AND count(*) FILTER (WHERE debit > 0) >= $habit_share * count(*) THEN 'debit'
      WHEN count(*) >= $least_lines AND count(*) FILTER (WHERE credit > 0) >= $habit_share * count(*) THEN 'credit'
    END AS usual_side,
    count(*) FILTER (WHERE credit > 0 OR debit < 0) AS lines_against_debit, count(*) FILTER (WHERE debit > 0 OR credit < 0) AS lines_against_credit
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND NOT coalesce(is_closing, false)
    AND coalesce(description, '') NOT LIKE '%结转%'
  GROUP BY unit_id, book_id, account_code, currency
),
accounts_with_takings_back AS (
  SELECT unit_id, book_id, account_code, currency, usual_side
  FROM accounts_used
  WHERE (usual_side = 'debit' AND lines_against_debit > 0) OR (usual_side = 'credit' AND lines_against_credit > 0)
),
-- A red-letter line stands negative on its usual side, a blue one positive on the other: both take back.
-- First only what tells of a match is read; the vouchers and wordings of the few that match follow.
possible_takings_back AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, line.fiscal_year, line.period, line.voucher_date,
    line.row_id, coalesce(line.credit, 0) - coalesce(line.debit, 0) AS net_to_find
  FROM journal_line AS line
  JOIN accounts_with_takings_back AS used ON used.unit_id = line.unit_id
    AND used.account_code = line.account_code
    AND used.book_id IS NOT DISTINCT FROM line.book_id
    AND used.currency IS NOT DISTINCT FROM line.currency
  WHERE abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) >= $least_amount
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND CASE WHEN used.usual_side = 'debit' THEN coalesce(line.credit, 0) - coalesce(line.debit, 0)
      WHEN used.usual_side = 'credit' THEN coalesce(line.debit, 0) - coalesce(line.credit, 0) END >= $least_amount
),
possible_sums AS (
  SELECT back.row_id AS row_id_back, line.row_id, line.voucher_date <= back.voucher_date AS is_before,
    line.voucher_date >= back.voucher_date AS is_after
  FROM possible_takings_back AS back
  JOIN journal_line AS line ON line.unit_id = back.unit_id
    AND line.account_code = back.account_code
    AND coalesce(line.debit, 0) - coalesce(line.credit, 0) = back.net_to_find
    AND line.fiscal_year = back.fiscal_year AND line.period = back.period
    AND line.book_id IS NOT DISTINCT FROM back.book_id
    AND line.currency IS NOT DISTINCT FROM back.currency
  WHERE abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) >= $least_amount
    AND coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
    AND abs(date_diff('day', line.voucher_date, back.voucher_date)) <= $window_days
),
possible_takings_back_twice AS (
  SELECT row_id_back
  FROM possible_sums
  GROUP BY row_id_back
  HAVING count(*) > 1 AND count(*) FILTER (WHERE is_before) > 0 AND count(*) FILTER (WHERE is_after) > 0
),
row_ids AS (
  SELECT row_id_back AS row_id FROM possible_takings_back_twice
  UNION
  SELECT sums.row_id FROM possible_sums AS sums
  SEMI JOIN possible_takings_back_twice AS twice ON twice.row_id_back = sums.row_id_back
),
lines_concerned AS (
  SELECT line.row_id, line.unit_id, line.book_id, line.account_code, line.currency, coalesce(line.side, '') AS side,
    line.fiscal_year, line.period, line.voucher_word, coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
    coalesce(line.voucher_seq, 0) AS voucher_seq, line.voucher_date, coalesce(line.description, '') AS description,
    abs(coalesce(line.debit, 0) - coalesce(line.credit, 0)) AS amount
  FROM journal_line AS line
  JOIN row_ids ON row_ids.row_id = line.row_id
),
same_sums AS (
  SELECT back.row_id AS row_id_back, back.unit_id, back.book_id, back.account_code, back.currency, back.side, back.amount,
    back.voucher_date AS reversed_on, concat(coalesce(back.voucher_word, ''), coalesce(back.voucher_no, '')) AS reversing_voucher,
    line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_date, line.voucher_seq, line.row_id
  FROM possible_sums AS sums
  JOIN lines_concerned AS back ON back.row_id = sums.row_id_back
  JOIN lines_concerned AS line ON line.row_id = sums.row_id
  WHERE line.voucher_no IS DISTINCT FROM back.voucher_no
    AND back.description NOT LIKE '%结转%' AND back.description NOT LIKE '%暂估%'
),
first_and_second AS (
  SELECT one.row_id_back, one.unit_id, one.book_id, one.account_code, one.currency, one.side, one.amount, one.reversed_on,
    one.reversing_voucher, one.fiscal_year, one.period, one.voucher_word, one.voucher_no, one.row_id AS row_id_one,
    two.row_id AS row_id_two, concat(coalesce(two.voucher_word, ''), coalesce(two.voucher_no, '')) AS second_voucher
  FROM same_sums AS one
  JOIN same_sums AS two ON two.row_id_back = one.row_id_back
    AND two.voucher_date >= two.reversed_on AND one.voucher_date <= one.reversed_on
    AND (two.voucher_date > one.voucher_date OR two.voucher_seq > one.voucher_seq)
    AND (two.voucher_no <> one.voucher_no OR two.voucher_word IS DISTINCT FROM one.voucher_word)
  QUALIFY row_number() OVER (PARTITION BY one.row_id_back ORDER BY one.voucher_date DESC, two.voucher_date, one.row_id, two.row_id) = 1
),
rows_of_three AS (
  SELECT unit_id, book_id, account_code, currency, side, amount, reversed_on, reversing_voucher, second_voucher,
    fiscal_year, period, voucher_word, voucher_no, row_id_back AS row_id
  FROM first_and_second
  UNION ALL
  SELECT unit_id, book_id, account_code, currency, side, 0 AS amount, reversed_on, reversing_voucher, second_voucher,
    fiscal_year, period, voucher_word, voucher_no, row_id_one AS row_id
  FROM first_and_second
  UNION ALL
  SELECT unit_id, book_id, account_code, currency, side, 0 AS amount, reversed_on, reversing_voucher, second_voucher,
    fiscal_year, period, voucher_word, voucher_no, row_id_two AS row_id
  FROM first_and_second
)
SELECT unit_id, book_id, fiscal_year, period, voucher_word, voucher_no,
  concat(coalesce(voucher_word, ''), voucher_no) AS voucher, min(account_code) AS account_code,
  max(reversing_voucher) AS reversing_voucher, max(second_voucher) AS second_voucher, max(reversed_on) AS reversed_on,
  max(currency) AS currency,
  CAST(greatest(sum(amount) FILTER (WHERE side <> 'budgetary'), sum(amount) FILTER (WHERE side = 'budgetary'))
    AS DECIMAL(18, 2)) AS amount,
  list_sort(list(row_id)) AS journal_line_rows
FROM rows_of_three
WHERE voucher_no IS NOT NULL
GROUP BY unit_id, book_id, fiscal_year, period, voucher_word, voucher_no
