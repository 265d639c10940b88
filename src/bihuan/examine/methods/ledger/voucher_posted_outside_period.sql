/*
id: voucher_posted_outside_period
title: {zh: 凭证日期不在所记期间, en: A voucher is dated outside its period}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 凭证日期与所记会计期间不一致，收支被提前或推后入账，会改变当期、当年的预算执行结果。
  en: A voucher dated outside the period to which it is posted moves income or spending into another month or year.
not_when:
  zh: 会计年度不从1月开始的账套按自身规律判断；13期及以后的调整期、结转凭证、作废凭证不计。
  en: Books whose year does not begin in January are judged by their own habit; adjustment periods, closing entries and void vouchers do not count.
ask:
  zh: 业务单据的实际发生日期、结账和反结账记录，跨期入账的原因和审批。
  en: The real date of the transaction, the record of closing and re-opening, who approved it and why.
reads: [journal_line]
population: {table: journal_line, where: "coalesce(status, 'valid') = 'valid' AND period BETWEEN 1 AND 12"}
scope: year
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, period, voucher_word, voucher_no]
  amount: amount
  currency: currency
  on: voucher_date
reason:
  zh: "凭证{voucher}日期为{voucher_date}，却记入{fiscal_year}年{period}期，借方{amount}。"
  en: "Voucher {voucher} is dated {voucher_date} but posted to {fiscal_year}, period {period}; debits {amount}."
examples:
  - says: a January voucher in December; vouchers of their own month, a closing entry, an adjustment period and a void one
    given:
      journal_line:
        - &line {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 12, voucher_word: 记, voucher_no: "0088", voucher_date: 2024-12-31, account_code: "5001", debit: 500.00, credit: 0.00, currency: CNY}
        - {<<: *line, voucher_no: "0089"}
        - {<<: *line, voucher_no: "0090", voucher_date: 2025-01-06, debit: 7000.00}
        - {<<: *line, voucher_no: "0090", voucher_date: 2025-01-06, account_code: "1002", debit: 0.00, credit: 7000.00}
        - {<<: *line, voucher_no: "0091", voucher_date: 2025-01-02, description: 期间损益结转}
        - {<<: *line, voucher_no: "0092", voucher_date: 2025-01-02, status: void}
        - {<<: *line, period: 13, voucher_no: "0001", voucher_date: 2025-01-20}
        - {<<: *line, fiscal_year: 2025, period: 1, voucher_no: "0001", voucher_date: 2025-01-03}
    expect:
      - {unit_id: U1, fiscal_year: 2024, period: 12, voucher_no: "0090", amount: 7000.00, voucher_date: 2025-01-06}
  - says: a year that begins in April is no displacement
    given:
      journal_line:
        - &april {unit_id: U1, book_id: "001", fiscal_year: 2024, period: 1, voucher_no: "1", voucher_date: 2024-04-10, account_code: "501", debit: 5.00}
        - {<<: *april, period: 2, voucher_date: 2024-05-10}
        - {<<: *april, period: 10, voucher_date: 2025-01-10}
        - {<<: *april, period: 10, voucher_no: "2", voucher_date: 2025-02-10}
    expect:
      - {fiscal_year: 2024, period: 10, voucher_no: "2"}
*/
WITH months AS (
  SELECT unit_id, book_id, fiscal_year, period, year(voucher_date) AS dated_year, month(voucher_date) AS dated_month,
    year(voucher_date) * 12 + month(voucher_date) - fiscal_year * 12 - period AS displacement, count(*) AS lines
  FROM journal_line
  WHERE coalesce(status, 'valid') = 'valid' AND period BETWEEN 1 AND 12
  GROUP BY unit_id, book_id, fiscal_year, period, year(voucher_date), month(voucher_date)
),
displacements AS (
  SELECT unit_id, book_id, displacement, sum(lines) AS lines
  FROM months
  GROUP BY unit_id, book_id, displacement
),
habits AS (
  SELECT unit_id, book_id, displacement
  FROM displacements
  QUALIFY row_number() OVER (PARTITION BY unit_id, book_id ORDER BY lines DESC, abs(displacement), displacement) = 1
),
displaced_months AS (
  SELECT months.unit_id, months.book_id, months.fiscal_year, months.period, months.dated_year, months.dated_month
  FROM months
  JOIN habits ON habits.unit_id = months.unit_id AND habits.book_id IS NOT DISTINCT FROM months.book_id
  WHERE months.displacement <> habits.displacement
  GROUP BY months.unit_id, months.book_id, months.fiscal_year, months.period, months.dated_year, months.dated_month
)
SELECT line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word,
  coalesce(line.voucher_no, line.voucher_id) AS voucher_no,
  concat(coalesce(line.voucher_word, ''), coalesce(line.voucher_no, line.voucher_id, '')) AS voucher,
  max(line.voucher_date) AS voucher_date, max(line.currency) AS currency,
  CAST(greatest(sum(coalesce(line.debit, 0)) FILTER (WHERE line.side IS DISTINCT FROM 'budgetary'),
    sum(coalesce(line.debit, 0)) FILTER (WHERE line.side = 'budgetary'), 0) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(line.row_id)) AS journal_line_rows
FROM journal_line AS line
JOIN displaced_months AS displaced ON displaced.unit_id = line.unit_id
  AND displaced.book_id IS NOT DISTINCT FROM line.book_id
  AND displaced.fiscal_year = line.fiscal_year
  AND displaced.period = line.period
  AND displaced.dated_year = year(line.voucher_date)
  AND displaced.dated_month = month(line.voucher_date)
WHERE coalesce(line.status, 'valid') = 'valid' AND NOT coalesce(line.is_closing, false)
  AND coalesce(line.description, '') NOT LIKE '%结转%'
GROUP BY line.unit_id, line.book_id, line.fiscal_year, line.period, line.voucher_word, line.voucher_no, line.voucher_id
