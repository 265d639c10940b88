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
params: {least_difference: 1000, small_difference: 100, least_share: 0.05, most_listed: 19}
lead: {unit: unit_id, subject: [programme, year], amount: difference, currency: currency, on: last_paid_on}
reason:
  zh: "“{programme}”{year}年拨付{granted}，发放{payments}笔共{total}，相差{difference}。"
  en: "“{programme}” in {year}: {granted} was granted, {total} was paid out in {payments} payments; the difference is {difference}."
examples:
  - says: less than granted; a grant in two parts, an equal sum, one that came back, and a programme without a grant are left alone
    given:
      programme:
        - {name: 农村低保, granted: 10000.00, valid_from: 2024-01-01, valid_to: 2024-12-31}
        - {name: 防疫员补助, granted: 2400.00, valid_from: 2024-01-01}
        - {name: 高龄津贴, granted: 800.00, valid_from: 2024-01-01, valid_to: 2024-12-31}
        - {name: 护理补贴, programme_code: B6, granted: 600.00, document: 一号, valid_from: 2024-01-01}
        - {name: 护理补贴, programme_code: B6, granted: 400.00, document: 二号, valid_from: 2024-01-01}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, amount: 5000.00, paid_on: 2024-03-05}
        - {<<: *paid, amount: 2000.00}
        - {<<: *paid, amount: 2000.00, status: failed}
        - {<<: *paid, programme: 高龄津贴, amount: 800.00}
        - {<<: *paid, programme: 残疾补贴, amount: 800.00}
        - {<<: *paid, programme: 防疫员补助, amount: 2000.00}
        - {<<: *paid, programme: 重度护理补贴, programme_code: B6, amount: 1000.00}
    expect:
      - {programme: 防疫员补助, year: 2024, difference: 400.00, payments: 1, programme_rows: [2]}
      - {programme: 农村低保, year: 2024, granted: 10000.00, total: 7000.00, difference: 3000.00, payments: 2, programme_rows: [1], benefit_payment_rows: [1, 2]}
*/
-- The lists of a programme may bear other names than the grant (农村低保 and 城市低保 of one grant); the code tells it.
WITH titles AS (
  SELECT programme_code, max(name) AS title
  FROM programme
  WHERE programme_code IS NOT NULL
  GROUP BY programme_code
),
listed AS (
  SELECT benefit_payment.unit_id, benefit_payment.unit_name, benefit_payment.programme, coalesce(titles.title, benefit_payment.programme) AS title,
    CAST(coalesce(benefit_payment.fiscal_year, year(benefit_payment.month), year(benefit_payment.paid_on)) AS INTEGER) AS year,
    CASE WHEN benefit_payment.status = 'returned' AND benefit_payment.amount > 0 THEN 0 ELSE benefit_payment.amount END AS amount,
    benefit_payment.currency, benefit_payment.paid_on, benefit_payment.row_id
  FROM benefit_payment
  LEFT JOIN titles ON titles.programme_code = benefit_payment.programme_code
  WHERE coalesce(benefit_payment.status, 'paid') <> 'failed'
),
paid AS (
  SELECT unit_id, title, year,
    array_to_string(list_sort(list(DISTINCT programme) FILTER (WHERE programme IS NOT NULL)), '、') AS programme,
    sum(amount) AS total, count(*) AS payments, max(currency) AS currency,
    max(paid_on) AS last_paid_on, max(unit_name) AS unit_name,
    -- A short list is evidence; of a long one the sum is.
    CASE WHEN count(*) <= $most_listed THEN list_sort(list(row_id)) END AS benefit_payment_rows,
    count(*) OVER (PARTITION BY title, year) AS units
  FROM listed
  WHERE title IS NOT NULL AND year IS NOT NULL
  GROUP BY unit_id, title, year
),
-- A grant may come in parts; one sum that is repeated beside each grade of the standard is one.
grants AS (
  SELECT coalesce(unit_id, '') AS unit_id, name, CAST(year(valid_from) AS INTEGER) AS year,
    CASE WHEN count(DISTINCT granted) = 1 AND count(DISTINCT coalesce(document, '')) = 1 THEN max(granted) ELSE sum(granted) END
      AS granted,
    list_sort(list(row_id)) AS programme_rows
  FROM programme
  WHERE granted IS NOT NULL AND valid_from IS NOT NULL
  GROUP BY coalesce(unit_id, ''), name, CAST(year(valid_from) AS INTEGER)
)
SELECT paid.unit_id, paid.programme, paid.year, grants.granted, CAST(paid.total AS DECIMAL(18, 2)) AS total, paid.payments,
  CAST(abs(grants.granted - paid.total) AS DECIMAL(18, 2)) AS difference, paid.currency, paid.last_paid_on,
  grants.programme_rows, paid.benefit_payment_rows
FROM paid
JOIN grants ON grants.name = paid.title AND grants.year = paid.year
  AND (grants.unit_id IN ('', paid.unit_id) OR grants.unit_id = paid.unit_name OR paid.units = 1)
WHERE abs(grants.granted - paid.total) >= $least_difference OR abs(grants.granted - paid.total) >= greatest($small_difference,
  grants.granted * CAST($least_share AS DECIMAL(9, 4)))
QUALIFY row_number() OVER (PARTITION BY paid.unit_id, paid.title, paid.year ORDER BY grants.unit_id DESC) = 1
