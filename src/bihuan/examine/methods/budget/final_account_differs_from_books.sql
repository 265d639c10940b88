/*
id: final_account_differs_from_books
title: {zh: 决算与账簿不符, en: The final account differs from the books}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 部门决算的支出应与预算会计账簿发生额一致。两者不符，决算不实，或账簿有未反映的收支。
  en: Spending in the final account should equal the budgetary books. Where it does not, one of them is untrue.
not_when:
  zh: 决算调整事项已按规定调账但账簿为调整前版本；决算含账外核算单位。
  en: Adjustments made after these books were handed over; units whose books are kept elsewhere.
ask:
  zh: 决算报表、调整分录和账表核对说明。
  en: The final account, the adjusting entries and the reconciliation.
reads: [final_account, journal_line]
population: {table: final_account, where: "final IS NOT NULL"}
scope: year
params: {tolerated: 1}
lead: {unit: unit_id, subject: [fiscal_year], amount: difference, currency: currency, on: year_end}
reason:
  zh: "{fiscal_year}年决算支出{stated}，账簿预算支出发生额{booked}，相差{difference}。"
  en: "The final account of {fiscal_year} states spending of {stated}, the books {booked}; they differ by {difference}."
examples:
  - says: the final account is 50,000 above the books; another unit agrees
    given:
      final_account:
        - &final {unit_id: U1, fiscal_year: 2024, form: 财决01表, line_code: "205", line_name: 教育支出, year_end: 2024-12-31, final: 350000.00, currency: CNY}
        - {<<: *final, unit_id: U2, final: 300000.00}
      journal_line:
        - &line {unit_id: U1, fiscal_year: 2024, period: 5, voucher_no: "1", voucher_date: 2024-05-06, account_code: "720101", account_name: 事业支出, side: budgetary, debit: 300000.00, credit: 0.00, currency: CNY}
        - {<<: *line, account_code: "8001", account_name: 资金结存, debit: 0.00, credit: 300000.00}
        - {<<: *line, unit_id: U2}
        - {<<: *line, period: 12, description: 结转本年支出, account_code: "720101", debit: 0.00, credit: 300000.00, is_closing: true}
    expect:
      - {unit_id: U1, fiscal_year: 2024, difference: 50000.00, final_account_rows: [1]}
  - says: a form of the lowest classes only, and one where all three levels stand, which would count three times
    given:
      final_account:
        - &item {unit_id: U1, fiscal_year: 2024, form: Z04, line_code: "2010301", line_name: 行政运行, year_end: 2024-12-31, final: 200000.00, currency: CNY}
        - {<<: *item, line_code: "2010302", final: 140000.00}
        - {<<: *item, unit_id: U2, line_code: "201", final: 300000.00}
        - {<<: *item, unit_id: U2, line_code: "20103", final: 300000.00}
        - {<<: *item, unit_id: U2, final: 300000.00}
      journal_line:
        - &spent {unit_id: U1, fiscal_year: 2024, period: 5, voucher_no: "1", voucher_date: 2024-05-06, account_code: "710101", account_name: 行政支出, side: budgetary, debit: 300000.00, credit: 0.00, currency: CNY}
        - {<<: *spent, unit_id: U2}
    expect:
      - {unit_id: U1, fiscal_year: 2024, difference: 40000.00, final_account_rows: [1, 2]}
  - says: the total of spending alone was handed over; beside the classes it counts for nothing
    given:
      final_account:
        - &sum {unit_id: U1, fiscal_year: 2024, form: 财决01表, line_name: 本年支出合计, year_end: 2024-12-31, final: 340000.00, currency: CNY}
        - {<<: *sum, line_name: 本年收入合计, final: 900000.00}
        - {<<: *sum, unit_id: U2}
        - {<<: *sum, unit_id: U2, line_code: "205", line_name: 教育支出, final: 300000.00}
      journal_line:
        - &paid {unit_id: U1, fiscal_year: 2024, period: 5, voucher_no: "1", voucher_date: 2024-05-06, account_code: "710101", account_name: 行政支出, side: budgetary, debit: 300000.00, credit: 0.00, currency: CNY}
        - {<<: *paid, unit_id: U2}
    expect:
      - {unit_id: U1, fiscal_year: 2024, difference: 40000.00, final_account_rows: [1]}
*/
WITH coded AS (
  SELECT unit_id, fiscal_year, form, currency, year_end, final, row_id, length(line_code) AS code_length
  FROM final_account
  WHERE final IS NOT NULL AND regexp_matches(coalesce(line_code, ''), '^2[0-9]{2}([0-9]{2})?([0-9]{2})?$')
),
-- 类, 款 and 项 stand one above the other; some forms hold the lowest of them only. The highest level counts.
levels AS (
  SELECT unit_id, fiscal_year, form, min(code_length) AS code_length
  FROM coded
  GROUP BY unit_id, fiscal_year, form
),
stated AS (
  SELECT coded.unit_id, coded.fiscal_year, coded.form, max(coded.currency) AS currency, max(coded.year_end) AS year_end,
    sum(coded.final) AS stated, list_sort(list(coded.row_id)) AS final_account_rows
  FROM coded
  JOIN levels ON levels.unit_id = coded.unit_id AND levels.fiscal_year = coded.fiscal_year
    AND levels.form IS NOT DISTINCT FROM coded.form AND levels.code_length = coded.code_length
  GROUP BY coded.unit_id, coded.fiscal_year, coded.form
),
-- Some units hand over the totals only; the total of spending counts where no classes stand.
totals AS (
  SELECT unit_id, fiscal_year, form, max(currency) AS currency, max(year_end) AS year_end, max(final) AS stated,
    list_sort(list(row_id)) AS final_account_rows
  FROM final_account
  WHERE final IS NOT NULL AND regexp_matches(replace(coalesce(line_name, ''), ' ', ''), '^(本年)?支出(合计|总额)$')
  GROUP BY unit_id, fiscal_year, form
  HAVING count(*) = 1
),
of_both AS (
  SELECT unit_id, fiscal_year, form, currency, year_end, stated, final_account_rows, 1 AS preference FROM stated
  UNION ALL
  SELECT unit_id, fiscal_year, form, currency, year_end, stated, final_account_rows, 2 AS preference FROM totals
),
one_form AS (
  SELECT unit_id, fiscal_year, currency, year_end, stated, final_account_rows,
    row_number() OVER (PARTITION BY unit_id, fiscal_year ORDER BY preference, form) AS place
  FROM of_both
),
-- 7xxx are the budgetary spending accounts; closing entries carry them away at the end of the year.
booked AS (
  SELECT unit_id, fiscal_year, currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) AS booked
  FROM journal_line
  WHERE side = 'budgetary' AND starts_with(account_code, '7') AND coalesce(status, 'valid') = 'valid'
    AND NOT coalesce(is_closing, false) AND NOT regexp_matches(coalesce(description, ''), '结转|年终转账|年末转')
  GROUP BY unit_id, fiscal_year, currency
)
SELECT one_form.unit_id, one_form.fiscal_year, one_form.currency, one_form.year_end,
  CAST(one_form.stated AS DECIMAL(18, 2)) AS stated, CAST(booked.booked AS DECIMAL(18, 2)) AS booked,
  CAST(abs(one_form.stated - booked.booked) AS DECIMAL(18, 2)) AS difference, one_form.final_account_rows
FROM one_form
JOIN booked ON booked.unit_id = one_form.unit_id AND booked.fiscal_year = one_form.fiscal_year
  AND booked.currency IS NOT DISTINCT FROM one_form.currency
WHERE one_form.place = 1 AND abs(one_form.stated - booked.booked) > $tolerated
