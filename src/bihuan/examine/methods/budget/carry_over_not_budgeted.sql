/*
id: carry_over_not_budgeted
title: {zh: 上年结转未编入预算, en: Last year's balance was left out of the budget}
status: stable
role: lead
level: medium
basis: [budget-13]
why:
  zh: 上年决算有结转结余，本年部门预算却没有编入或少编，资金脱离预算管理。
  en: The final account shows money carried over, but this year's budget holds none of it or less; it escapes the budget.
not_when:
  zh: 结余已收回财政；结转在年中追加时编入。
  en: The balance was taken back, or was added during the year.
ask:
  zh: 上年决算、结余收回文件和本年预算批复。
  en: Last year's final account, the order that took it back, this year's approved budget.
reads: [final_account, budget_line]
population: {table: final_account, where: carried_over IS NOT NULL}
scope: all
params: {least_amount: 10000}
lead: {unit: unit_id, subject: [fiscal_year], amount: left_out, currency: currency, on: year_end}
reason:
  zh: "{fiscal_year}年决算结转结余{carried_over}，次年预算只编入{budgeted}，少编{left_out}。"
  en: "{carried_over} was carried over at the end of {fiscal_year}; the next budget holds {budgeted}, {left_out} less."
examples:
  - says: nothing of the balance was budgeted; another unit budgeted it all
    given:
      final_account:
        - &final {unit_id: U1, fiscal_year: 2024, form: 财决01表, line_code: "205", year_end: 2024-12-31, carried_over: 800000.00, currency: CNY}
        - {<<: *final, unit_id: U2}
      budget_line:
        - &line {unit_id: U1, fiscal_year: 2025, kind: expenditure, stage: initial, function_code: "2050202", amount: 5000000.00, carried_over: 0.00, currency: CNY}
        - {<<: *line, unit_id: U2, carried_over: 800000.00}
    expect:
      - {unit_id: U1, fiscal_year: 2024, left_out: 800000.00, final_account_rows: [1], budget_line_rows: [1]}
  - says: a form that holds nothing but its total, and one where the total repeats its line
    given:
      final_account:
        - &total {unit_id: U1, fiscal_year: 2024, form: 财决01表, line_name: 本年支出合计, year_end: 2024-12-31, carried_over: 800000.00, currency: CNY}
        - {<<: *total, unit_id: U2}
        - {<<: *total, unit_id: U2, line_name: 教育支出}
      budget_line:
        - &next {unit_id: U1, fiscal_year: 2025, kind: expenditure, stage: initial, amount: 5000000.00, carried_over: null, currency: CNY}
        - {<<: *next, unit_id: U2, carried_over: 800000.00}
    expect:
      - {unit_id: U1, fiscal_year: 2024, left_out: 800000.00, final_account_rows: [1], budget_line_rows: [1]}
*/
WITH balances AS (
  SELECT row_id, unit_id, fiscal_year, form, currency, year_end, carried_over,
    regexp_matches(coalesce(line_name, ''), '合计|总计|小计') AS is_total
  FROM final_account
  WHERE carried_over > 0
),
-- A total counts where the form has no lines below it, and then once, however many totals there are.
finals AS (
  SELECT unit_id, fiscal_year, form, max(currency) AS currency, max(year_end) AS year_end,
    CASE WHEN count(*) FILTER (WHERE NOT is_total) > 0 THEN sum(carried_over) FILTER (WHERE NOT is_total) ELSE max(carried_over) END AS carried_over,
    CASE WHEN count(*) FILTER (WHERE NOT is_total) > 0 THEN list_sort(list(row_id) FILTER (WHERE NOT is_total)) ELSE list_sort(list(row_id)) END
      AS final_account_rows
  FROM balances
  GROUP BY unit_id, fiscal_year, form
),
-- A unit hands over several forms of one final account; each states the balance once.
largest AS (
  SELECT unit_id, fiscal_year, currency, year_end, carried_over, final_account_rows,
    row_number() OVER (PARTITION BY unit_id, fiscal_year ORDER BY carried_over DESC, form) AS place
  FROM finals
),
budgets AS (
  SELECT unit_id, fiscal_year, sum(coalesce(carried_over, 0)) AS budgeted, list_sort(list(row_id)) AS budget_line_rows
  FROM budget_line
  WHERE coalesce(kind, 'expenditure') = 'expenditure'
  GROUP BY unit_id, fiscal_year
)
SELECT largest.unit_id, largest.fiscal_year, largest.currency, largest.year_end,
  CAST(largest.carried_over AS DECIMAL(18, 2)) AS carried_over, CAST(budgets.budgeted AS DECIMAL(18, 2)) AS budgeted,
  CAST(largest.carried_over - budgets.budgeted AS DECIMAL(18, 2)) AS left_out, largest.final_account_rows,
  budgets.budget_line_rows
FROM largest
JOIN budgets ON budgets.unit_id = largest.unit_id AND budgets.fiscal_year = largest.fiscal_year + 1
WHERE largest.place = 1 AND largest.carried_over - budgets.budgeted >= $least_amount
