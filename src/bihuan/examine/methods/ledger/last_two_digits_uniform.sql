/*
id: last_two_digits_uniform
title: {zh: 尾数分布异常, en: Last two digits are not spread evenly}
status: stable
role: corroborates
level: low
basis: [nigrini, isa240]
why:
  zh: 真实金额的角分大致均匀。尾数集中在个别数字，多见于编造金额或套用同一计算方法。
  en: The cents of real amounts are spread evenly. A peak at few endings points to invented sums or one formula used again.
not_when:
  zh: 不带角分的整元金额、定价习惯（.50、.90、.99等）和重复金额不计；笔数不足的不检验。
  en: Whole yuan, prices that end by custom (.50, .90, .99 …) and repeated sums are left out; few sums are not tested.
ask:
  zh: 抽查该尾数的凭证，核对发票原件上的金额。
  en: Check some vouchers with that ending against the amounts on the invoices.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND debit > 0"}
max_share: 1
scope: all
params: {least_amount: 10, least_sums: 500, times_expected: 3, least_peak: 25, chi_limit: 160.0}
lead:
  unit: unit_id
  subject: [book_id, account_code, currency]
  amount: amount
  currency: currency
  on: last_day
reason:
  zh: "科目{account_code}带角分的{sums}个不同金额中，尾数{top_ending}有{top_sums}个，应约{expected}个（卡方{chi_square}）。"
  en: "Of {sums} different sums with cents on account {account_code}, {top_sums} end in {top_ending} where about {expected} are expected (chi-square {chi_square})."
examples:
  - says: too many different sums end in 37; one sum repeated, whole yuan, an account with few sums
    given:
      journal_line: [
        &line {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", debit: 4980.00, credit: 0.00},
        {<<: *line, debit: 100.37}, {<<: *line, debit: 107.37}, {<<: *line, debit: 114.37}, {<<: *line, debit: 121.37}, {<<: *line, debit: 128.37}, {<<: *line, debit: 135.37},
        {<<: *line, debit: 142.37}, {<<: *line, debit: 149.37}, {<<: *line, debit: 156.37}, {<<: *line, debit: 163.37}, {<<: *line, debit: 170.37}, {<<: *line, debit: 177.37},
        {<<: *line, debit: 184.37}, {<<: *line, debit: 191.37}, {<<: *line, debit: 198.37}, {<<: *line, debit: 205.37}, {<<: *line, debit: 212.37}, {<<: *line, debit: 219.37},
        {<<: *line, debit: 226.37}, {<<: *line, debit: 233.37}, {<<: *line, debit: 240.37}, {<<: *line, debit: 247.37}, {<<: *line, debit: 254.37}, {<<: *line, debit: 261.37},
        {<<: *line, debit: 268.37}, {<<: *line, debit: 275.37}, {<<: *line, debit: 282.37}, {<<: *line, debit: 289.37}, {<<: *line, debit: 296.37}, {<<: *line, debit: 303.37},
        {<<: *line, debit: 310.37}, {<<: *line, debit: 317.37}, {<<: *line, debit: 324.37}, {<<: *line, debit: 331.37}, {<<: *line, debit: 338.37}, {<<: *line, debit: 345.37},
        {<<: *line, debit: 352.37}, {<<: *line, debit: 359.37}, {<<: *line, debit: 366.37}, {<<: *line, debit: 373.37}, {<<: *line, debit: 380.37}, {<<: *line, debit: 387.37},
        {<<: *line, debit: 394.37}, {<<: *line, debit: 401.37}, {<<: *line, debit: 408.37}, {<<: *line, debit: 415.37}, {<<: *line, debit: 422.37}, {<<: *line, debit: 429.37},
        {<<: *line, debit: 436.37}, {<<: *line, debit: 443.37}, {<<: *line, debit: 450.37}, {<<: *line, debit: 457.37}, {<<: *line, debit: 464.37}, {<<: *line, debit: 471.37},
        {<<: *line, debit: 478.37}, {<<: *line, debit: 485.37}, {<<: *line, debit: 492.37}, {<<: *line, debit: 499.37}, {<<: *line, debit: 506.37}, {<<: *line, debit: 513.37},
        {<<: *line, debit: 520.37}, {<<: *line, debit: 527.37}, {<<: *line, debit: 534.37}, {<<: *line, debit: 541.37}, {<<: *line, debit: 548.37}, &e0 {<<: *line, debit: 200.02},
        &e1 {<<: *line, debit: 201.03}, &e2 {<<: *line, debit: 202.04}, &e3 {<<: *line, debit: 203.05}, &e4 {<<: *line, debit: 204.06}, &e5 {<<: *line, debit: 205.07},
        &e6 {<<: *line, debit: 206.08}, &e7 {<<: *line, debit: 207.09}, &e8 {<<: *line, debit: 208.11}, &e9 {<<: *line, debit: 209.12}, &e10 {<<: *line, debit: 210.13},
        &e11 {<<: *line, debit: 211.14}, &e12 {<<: *line, debit: 212.15}, &e13 {<<: *line, debit: 213.16}, &e14 {<<: *line, debit: 214.17}, &e15 {<<: *line, debit: 215.18},
        &e16 {<<: *line, debit: 216.19}, &e17 {<<: *line, debit: 217.21}, &e18 {<<: *line, debit: 218.22}, &e19 {<<: *line, debit: 219.23}, &e20 {<<: *line, debit: 220.24},
        &e21 {<<: *line, debit: 221.25}, &e22 {<<: *line, debit: 222.26}, &e23 {<<: *line, debit: 223.27}, &e24 {<<: *line, debit: 224.28}, &e25 {<<: *line, debit: 225.29},
        &e26 {<<: *line, debit: 226.31}, &e27 {<<: *line, debit: 227.32}, &e28 {<<: *line, debit: 228.33}, &e29 {<<: *line, debit: 229.34}, &e30 {<<: *line, debit: 230.35},
        &e31 {<<: *line, debit: 231.36}, &e32 {<<: *line, debit: 232.38}, &e33 {<<: *line, debit: 233.39}, &e34 {<<: *line, debit: 234.41}, &e35 {<<: *line, debit: 235.42},
        &e36 {<<: *line, debit: 236.43}, &e37 {<<: *line, debit: 237.44}, &e38 {<<: *line, debit: 238.45}, &e39 {<<: *line, debit: 239.46}, &e40 {<<: *line, debit: 240.47},
        &e41 {<<: *line, debit: 241.48}, &e42 {<<: *line, debit: 242.49}, &e43 {<<: *line, debit: 243.51}, {<<: *line, debit: 244.52}, {<<: *line, debit: 245.53}, {<<: *line, debit: 246.54},
        {<<: *line, debit: 247.55}, {<<: *line, debit: 248.56}, {<<: *line, debit: 249.57}, {<<: *line, debit: 250.58}, {<<: *line, debit: 251.59}, {<<: *line, debit: 252.61},
        {<<: *line, debit: 253.62}, {<<: *line, debit: 254.63}, {<<: *line, debit: 255.64}, {<<: *line, debit: 256.65}, {<<: *line, debit: 257.66}, {<<: *line, debit: 258.67},
        {<<: *line, debit: 259.68}, {<<: *line, debit: 260.69}, {<<: *line, debit: 261.71}, {<<: *line, debit: 262.72}, {<<: *line, debit: 263.73}, {<<: *line, debit: 264.74},
        {<<: *line, debit: 265.75}, {<<: *line, debit: 266.76}, {<<: *line, debit: 267.77}, {<<: *line, debit: 268.78}, {<<: *line, debit: 269.79}, {<<: *line, debit: 270.81},
        {<<: *line, debit: 271.82}, {<<: *line, debit: 272.83}, {<<: *line, debit: 273.84}, {<<: *line, debit: 274.85}, {<<: *line, debit: 275.86}, {<<: *line, debit: 276.87},
        {<<: *line, debit: 277.89}, {<<: *line, debit: 278.91}, {<<: *line, debit: 279.92}, {<<: *line, debit: 280.93}, {<<: *line, debit: 281.94}, {<<: *line, debit: 282.96},
        {<<: *line, debit: 283.97},
        *e0, *e0, *e0, *e0, *e0, *e0, *e0, *e0, *e1, *e1, *e1, *e1, *e1, *e1, *e1, *e1, *e2, *e2, *e2, *e2, *e2, *e2, *e2, *e2, *e3, *e3, *e3, *e3, *e3, *e3, *e3, *e3, *e4, *e4, *e4, *e4,
        *e4, *e4, *e4, *e4, *e5, *e5, *e5, *e5, *e5, *e5, *e5, *e5, *e6, *e6, *e6, *e6, *e6, *e6, *e6, *e6, *e7, *e7, *e7, *e7, *e7, *e7, *e7, *e7, *e8, *e8, *e8, *e8, *e8, *e8, *e8, *e8,
        *e9, *e9, *e9, *e9, *e9, *e9, *e9, *e9, *e10, *e10, *e10, *e10, *e10, *e10, *e10, *e10, *e11, *e11, *e11, *e11, *e11, *e11, *e11, *e11, *e12, *e12, *e12, *e12, *e12, *e12, *e12, *e12,
        *e13, *e13, *e13, *e13, *e13, *e13, *e13, *e13, *e14, *e14, *e14, *e14, *e14, *e14, *e14, *e14, *e15, *e15, *e15, *e15, *e15, *e15, *e15, *e15, *e16, *e16, *e16, *e16, *e16, *e16,
        *e16, *e16, *e17, *e17, *e17, *e17, *e17, *e17, *e17, *e17, *e18, *e18, *e18, *e18, *e18, *e18, *e18, *e18, *e19, *e19, *e19, *e19, *e19, *e19, *e19, *e19, *e20, *e20, *e20, *e20,
        *e20, *e20, *e20, *e20, *e21, *e21, *e21, *e21, *e21, *e21, *e21, *e21, *e22, *e22, *e22, *e22, *e22, *e22, *e22, *e22, *e23, *e23, *e23, *e23, *e23, *e23, *e23, *e23, *e24, *e24,
        *e24, *e24, *e24, *e24, *e24, *e24, *e25, *e25, *e25, *e25, *e25, *e25, *e25, *e25, *e26, *e26, *e26, *e26, *e26, *e26, *e26, *e26, *e27, *e27, *e27, *e27, *e27, *e27, *e27, *e27,
        *e28, *e28, *e28, *e28, *e28, *e28, *e28, *e28, *e29, *e29, *e29, *e29, *e29, *e29, *e29, *e29, *e30, *e30, *e30, *e30, *e30, *e30, *e30, *e30, *e31, *e31, *e31, *e31, *e31, *e31,
        *e31, *e31, *e32, *e32, *e32, *e32, *e32, *e32, *e32, *e32, *e33, *e33, *e33, *e33, *e33, *e33, *e33, *e33, *e34, *e34, *e34, *e34, *e34, *e34, *e34, *e34, *e35, *e35, *e35, *e35,
        *e35, *e35, *e35, *e35, *e36, *e36, *e36, *e36, *e36, *e36, *e36, *e36, *e37, *e37, *e37, *e37, *e37, *e37, *e37, *e37, *e38, *e38, *e38, *e38, *e38, *e38, *e38, *e38, *e39, *e39,
        *e39, *e39, *e39, *e39, *e39, *e39, *e40, *e40, *e40, *e40, *e40, *e40, *e40, *e40, *e41, *e41, *e41, *e41, *e41, *e41, *e41, *e41, *e42, *e42, *e42, *e42, *e42, *e42, *e42, *e42,
        *e43, *e43, *e43, *e43, *e43, *e43, *e43, *e43,
        &same {unit_id: U2, book_id: "001", fiscal_year: 2025, period: 3, voucher_no: "1", voucher_date: 2025-03-12, account_code: "500101", debit: 88.37, credit: 0.00},
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same,
        *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same, *same]
    expect:
      - {unit_id: U1, account_code: "500101", top_ending: "37", top_sums: 65}
*/
WITH endings AS (
  SELECT unit_id, book_id, account_code, currency, debit % 1 AS ending, count(*) AS lines
  FROM journal_line
  WHERE debit >= $least_amount AND debit % 1 <> 0 AND coalesce(status, 'valid') = 'valid'
    AND side IS DISTINCT FROM 'budgetary' AND NOT coalesce(is_closing, false)
  GROUP BY unit_id, book_id, account_code, currency, debit % 1
),
endings_marked AS (
  SELECT unit_id, book_id, account_code, currency, lines,
    CASE WHEN ending NOT IN (0.50, 0.80, 0.90, 0.99, 0.95, 0.98, 0.88, 0.20, 0.60, 0.40, 0.30, 0.10, 0.70, 0.01)
      THEN lines ELSE 0 END AS told_lines
  FROM endings
),
accounts_to_look_at AS (
  SELECT unit_id, book_id, account_code, currency
  FROM endings_marked
  GROUP BY unit_id, book_id, account_code, currency
  HAVING sum(lines) >= $least_sums AND max(told_lines) >= $least_peak
    AND max(told_lines) * 85 >= $times_expected * sum(told_lines)
),
different_sums AS (
  SELECT line.unit_id, line.book_id, line.account_code, line.currency, line.debit, line.debit % 1 AS ending
  FROM journal_line AS line
  JOIN accounts_to_look_at AS looked ON looked.unit_id = line.unit_id AND looked.account_code = line.account_code
    AND looked.book_id IS NOT DISTINCT FROM line.book_id AND looked.currency IS NOT DISTINCT FROM line.currency
  WHERE line.debit >= $least_amount AND line.debit % 1 <> 0 AND coalesce(line.status, 'valid') = 'valid'
    AND line.side IS DISTINCT FROM 'budgetary' AND NOT coalesce(line.is_closing, false)
  GROUP BY line.unit_id, line.book_id, line.account_code, line.currency, line.debit
),
endings_of_different_sums AS (
  SELECT unit_id, book_id, account_code, currency, ending, count(*) AS found
  FROM different_sums
  WHERE ending NOT IN (0.50, 0.80, 0.90, 0.99, 0.95, 0.98, 0.88, 0.20, 0.60, 0.40, 0.30, 0.10, 0.70, 0.01)
  GROUP BY unit_id, book_id, account_code, currency, ending
),
accounts_tested AS (
  SELECT unit_id, book_id, account_code, currency, sum(found) AS sums, max(found) AS top_sums,
    arg_max(ending, found) AS top_ending, round(sum(found) / 85.0, 1) AS expected,
    round(sum(CAST(found AS DOUBLE) * found) * 85.0 / nullif(sum(found), 0) - sum(found), 1) AS chi_square
  FROM endings_of_different_sums
  GROUP BY unit_id, book_id, account_code, currency
)
SELECT tested.unit_id, tested.book_id, tested.account_code, tested.currency, tested.sums, tested.top_sums, tested.expected,
  tested.chi_square, right(CAST(tested.top_ending AS VARCHAR), 2) AS top_ending, max(line.voucher_date) AS last_day,
  CAST(sum(line.debit) AS DECIMAL(18, 2)) AS amount, list_sort(list(line.row_id)) AS journal_line_rows
FROM accounts_tested AS tested
JOIN journal_line AS line ON line.unit_id = tested.unit_id AND line.account_code = tested.account_code
  AND line.debit % 1 = tested.top_ending AND line.book_id IS NOT DISTINCT FROM tested.book_id
  AND line.currency IS NOT DISTINCT FROM tested.currency
WHERE line.debit >= $least_amount AND coalesce(line.status, 'valid') = 'valid' AND line.side IS DISTINCT FROM 'budgetary'
  AND NOT coalesce(line.is_closing, false) AND tested.top_sums >= $least_peak
  AND tested.top_sums * 85 >= $times_expected * tested.sums AND tested.chi_square >= $chi_limit
GROUP BY tested.unit_id, tested.book_id, tested.account_code, tested.currency, tested.sums, tested.top_sums, tested.expected,
  tested.chi_square, tested.top_ending
