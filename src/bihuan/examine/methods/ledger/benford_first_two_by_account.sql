/*
id: benford_first_two_by_account
title: {zh: 首两位数字不符合本福特定律, en: First two digits do not follow Benford's law}
status: stable
role: corroborates
level: low
basis: [nigrini, isa240]
why:
  zh: 自然形成的金额，首两位数字有固定分布。某科目明显偏离，且集中在个别数字，可能有人为编造、凑限额或拆分。
  en: The first two digits of natural amounts follow a known law. An account far from it, with a peak at few digits, may hold made-up, fitted or split sums.
not_when:
  zh: 固定单价、定额标准、每月等额的业务天然不符合；笔数不足或金额跨度小于三个数量级的不检验；抽样误差已扣除。
  en: Fixed prices, standard rates and monthly sums do not follow it; few lines or amounts within three orders of magnitude are not tested; sampling error is allowed for.
ask:
  zh: 先看超出最多的首两位数字对应的凭证，是否同一经办人、同一供应商或贴近某项限额。
  en: Look first at the vouchers with the digits most in excess, whether one handler, one supplier or one limit explains them.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND greatest(abs(debit), abs(credit)) >= 10"}
max_share: 1
scope: all
params: {least_amount: 10, least_lines: 500, least_span: 1000, mad_limit: 0.0022, times_chance: 1.3}
lead:
  unit: unit_id
  subject: [book_id, account_code, currency]
  amount: amount
  currency: currency
  on: last_day
reason:
  zh: "科目{account_code}共{lines}笔，首两位平均绝对偏差{deviation}（不符合的界限0.0022，随机误差约{chance}），{top_digits}开头{top_lines}笔，应约{top_expected}笔。"
  en: "Account {account_code}, {lines} lines: mean absolute deviation {deviation} (limit 0.0022, chance about {chance}); {top_lines} lines begin with {top_digits} where about {top_expected} are expected."
examples:
  - says: five hundred sums beginning with 49; an account with few lines, one within a single order of magnitude
    given:
      journal_line: [
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", debit: 4980.00, credit: 0.00},
        {<<: *line, debit: 12.30}, {<<: *line, debit: 123456.70}, {<<: *line, debit: 310.20}, {<<: *line, debit: 9.99},
        &few {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500102", debit: 4980.00, credit: 0.00},
        *few, *few, {<<: *few, debit: 12.30}, {<<: *few, debit: 123456.70},
        &narrow {unit_id: U2, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", debit: 4980.00, credit: 0.00},
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line, *line,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow,
        *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow, *narrow]
    expect:
      - {unit_id: U1, account_code: "500101", lines: 504, top_digits: "49", top_lines: 501}
*/
WITH digits AS (
  SELECT unit_id, book_id, account_code, currency,
    left(CAST(CASE WHEN debit <> 0 THEN abs(debit) ELSE abs(coalesce(credit, 0)) END AS VARCHAR), 2) AS first_two, count(*) AS lines,
    min(CASE WHEN debit <> 0 THEN abs(debit) ELSE abs(coalesce(credit, 0)) END) AS least,
    max(CASE WHEN debit <> 0 THEN abs(debit) ELSE abs(coalesce(credit, 0)) END) AS most
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND CASE WHEN debit <> 0 THEN abs(debit) ELSE abs(coalesce(credit, 0)) END >= $least_amount
    AND NOT coalesce(is_closing, false) AND coalesce(description, '') NOT LIKE '%结转%'
  GROUP BY unit_id, book_id, account_code, currency,
    left(CAST(CASE WHEN debit <> 0 THEN abs(debit) ELSE abs(coalesce(credit, 0)) END AS VARCHAR), 2)
),
accounts_tested AS (
  SELECT unit_id, book_id, account_code, currency, sum(lines) AS lines
  FROM digits
  GROUP BY unit_id, book_id, account_code, currency
  HAVING sum(lines) >= $least_lines AND max(most) >= $least_span * min(least)
),
expected_digits AS (
  SELECT CAST(tens.digit * 10 + ones.digit AS VARCHAR) AS first_two,
    ln(1 + 1.0 / nullif(tens.digit * 10 + ones.digit, 0)) * 0.4342944819032518 AS share
  FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS tens (digit)
  CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ones (digit)
),
cells AS (
  SELECT tested.unit_id, tested.book_id, tested.account_code, tested.currency, tested.lines, expected.first_two,
    coalesce(digits.lines, 0) AS found, expected.share,
    coalesce(digits.lines, 0) / CAST(nullif(tested.lines, 0) AS DOUBLE) - expected.share AS excess
  FROM accounts_tested AS tested
  CROSS JOIN expected_digits AS expected
  LEFT JOIN digits ON digits.unit_id = tested.unit_id AND digits.account_code = tested.account_code
    AND digits.first_two = expected.first_two AND digits.book_id IS NOT DISTINCT FROM tested.book_id
    AND digits.currency IS NOT DISTINCT FROM tested.currency
),
-- The last factor is the deviation that chance alone gives with so many lines.
deviating AS (
  SELECT unit_id, book_id, account_code, currency, lines, avg(abs(excess)) AS deviation,
    1 / nullif(sqrt(158.8 * lines), 0) AS chance, arg_max(first_two, excess) AS top_digits,
    arg_max(found, excess) AS top_lines, round(arg_max(share, excess) * lines, 0) AS top_expected
  FROM cells
  GROUP BY unit_id, book_id, account_code, currency, lines
  HAVING avg(abs(excess)) > $mad_limit AND avg(abs(excess)) * sqrt(158.8 * lines) > $times_chance
)
SELECT deviating.unit_id, deviating.book_id, deviating.account_code, deviating.currency, deviating.lines,
  round(deviating.deviation, 4) AS deviation, round(deviating.chance, 4) AS chance, deviating.top_digits,
  deviating.top_lines, deviating.top_expected, max(line.voucher_date) AS last_day,
  CAST(sum(CASE WHEN line.debit <> 0 THEN abs(line.debit) ELSE abs(coalesce(line.credit, 0)) END) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM deviating
JOIN journal_line AS line ON line.unit_id = deviating.unit_id AND line.account_code = deviating.account_code
  AND starts_with(CAST(CASE WHEN line.debit <> 0 THEN abs(line.debit) ELSE abs(coalesce(line.credit, 0)) END AS VARCHAR), deviating.top_digits)
  AND line.book_id IS NOT DISTINCT FROM deviating.book_id AND line.currency IS NOT DISTINCT FROM deviating.currency
WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
  AND CASE WHEN line.debit <> 0 THEN abs(line.debit) ELSE abs(coalesce(line.credit, 0)) END >= $least_amount
GROUP BY deviating.unit_id, deviating.book_id, deviating.account_code, deviating.currency, deviating.lines,
  deviating.deviation, deviating.chance, deviating.top_digits, deviating.top_lines, deviating.top_expected
