/*
id: total_paid_not_equal_total_granted
title: {zh: 发放总额与拨付总额不符, en: What was paid out is not what was granted}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 一个项目全年发放合计与拨入资金不等，结余未退或超发，可能滞留、挪用。
  en: A programme's payments of a year do not add up to what was granted; money stayed behind or was used otherwise.
not_when:
  zh: 跨年发放；发放失败待重发；拨款含工作经费；按规定结转。
  en: Payments that run over the year's end; failed ones still to be paid again; money for administration; a lawful carry-over.
ask:
  zh: 资金拨付文件、专户对账单、退回明细、结余说明。
  en: The grant, the statement of the account, what came back, the note on the balance.
reads: [benefit_payment, programme]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: year
params: {least_difference: 1000}
lead: {unit: unit_id, subject: [programme, year], amount: difference, currency: currency, on: last_paid_on}
reason:
  zh: "“{programme}”{year}年拨付{granted}，发放{total}，相差{difference}。"
  en: "“{programme}” in {year}: {granted} was granted, {total} was paid out; the difference is {difference}."
examples:
  - says: less than granted; an equal sum, one that came back, and a programme without a grant are left alone
    given:
      programme:
        - {name: 农村低保, granted: 10000.00, valid_from: 2024-01-01, valid_to: 2024-12-31}
        - {name: 高龄津贴, granted: 800.00, valid_from: 2024-01-01, valid_to: 2024-12-31}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, amount: 5000.00, paid_on: 2024-03-05}
        - {<<: *paid, amount: 2000.00}
        - {<<: *paid, amount: 2000.00, status: failed}
        - {<<: *paid, programme: 高龄津贴, amount: 800.00}
        - {<<: *paid, programme: 残疾补贴, amount: 800.00}
    expect:
      - {programme: 农村低保, year: 2024, granted: 10000.00, total: 7000.00, difference: 3000.00, benefit_payment_rows: [1, 2], programme_rows: [1]}
*/
WITH paid AS (
  SELECT unit_id, programme, CAST(coalesce(fiscal_year, year(paid_on)) AS INTEGER) AS year, sum(amount) AS total,
    max(currency) AS currency, max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS benefit_payment_rows
  FROM benefit_payment
  WHERE coalesce(status, 'paid') <> 'failed' AND programme IS NOT NULL AND coalesce(fiscal_year, year(paid_on)) IS NOT NULL
  GROUP BY unit_id, programme, CAST(coalesce(fiscal_year, year(paid_on)) AS INTEGER)
),
grants AS (
  SELECT coalesce(unit_id, '') AS unit_id, name, CAST(year(valid_from) AS INTEGER) AS year, max(granted) AS granted,
    list_sort(list(row_id)) AS programme_rows
  FROM programme
  WHERE granted IS NOT NULL AND valid_from IS NOT NULL
  GROUP BY coalesce(unit_id, ''), name, CAST(year(valid_from) AS INTEGER)
)
SELECT paid.unit_id, paid.programme, paid.year, grants.granted, CAST(paid.total AS DECIMAL(18, 2)) AS total,
  CAST(abs(grants.granted - paid.total) AS DECIMAL(18, 2)) AS difference, paid.currency, paid.last_paid_on,
  paid.benefit_payment_rows, grants.programme_rows
FROM paid
JOIN grants ON grants.name = paid.programme AND grants.year = paid.year AND grants.unit_id IN ('', paid.unit_id)
WHERE abs(grants.granted - paid.total) >= $least_difference
QUALIFY row_number() OVER (PARTITION BY paid.unit_id, paid.programme, paid.year ORDER BY grants.unit_id DESC) = 1
