/*
id: area_over_certified_area
title: {zh: 补贴面积超过确权面积, en: Subsidised area exceeds the certified area}
status: stable
role: lead
level: high
basis: []
why:
  zh: 一户一年领取补贴的面积大于其确权（承包）面积，可能虚报面积。
  en: A household's subsidised area of a year exceeds its certified land; the area may be inflated.
not_when:
  zh: 流转土地按约定由实际种植者领取；一年两季作物分别补贴；确权数据不全。
  en: Leased land subsidised to the tiller by agreement; two crops a year; incomplete certificates.
ask:
  zh: 确权证、流转合同、面积核实表和公示材料。
  en: The certificates, leases, the sheet on which the area was checked, the public notice.
reads: [benefit_payment, land_plot]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND area > 0"}
scope: year
params: {tolerance: 0.05, least_mu: 0.5}
lead: {unit: unit_id, subject: [programme, year, person_key], amount: excess_amount, currency: currency, on: last_paid_on}
reason:
  zh: "{name}{year}年“{programme}”补贴面积{area}亩，确权面积{certified}亩。"
  en: "“{programme}” of {name} in {year}: {area} mu were subsidised, {certified} mu are certified."
examples:
  - says: half as much again; a rounding, and somebody without a certificate, are left alone
    given:
      land_plot:
        - {name: 王芳, id_no: "330106198005060018", contract_area: 4.00}
        - {name: 李强, id_no: "330106198005060034", contract_area: 4.00}
      benefit_payment:
        - &paid {programme: 耕地地力保护补贴, name: 王芳, id_no: "330106198005060018", area: 6.00, amount: 600.00, fiscal_year: 2024, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034", area: 4.10}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
    expect:
      - {programme: 耕地地力保护补贴, year: 2024, name: 王芳, area: 6, certified: 4, excess_amount: 200.00, benefit_payment_rows: [1], land_plot_rows: [1]}
*/
WITH plots AS (
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'n' || land_plot.id_no AS key
  FROM land_plot
  WHERE length(land_plot.id_no) >= 15 AND land_plot.cancelled_on IS NULL
  UNION ALL
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM land_plot
  JOIN entity_of ON entity_of.in_table = 'land_plot' AND entity_of.in_row = land_plot.row_id AND entity_of.role = 'holder'
  WHERE land_plot.cancelled_on IS NULL
),
-- One plot may be met by number and by entity; per key it counts once.
certified AS (
  SELECT key, sum(coalesce(contract_area, area)) AS area, list_sort(list(row_id)) AS land_plot_rows
  FROM plots
  GROUP BY key
),
recipients AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name, benefit_payment.id_no, benefit_payment.village, benefit_payment.area, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, benefit_payment.fiscal_year, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND benefit_payment.area > 0
  UNION ALL
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name, benefit_payment.id_no, benefit_payment.village, benefit_payment.area, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, benefit_payment.fiscal_year, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND benefit_payment.area > 0
),
claimed AS (
  SELECT unit_id, programme, CAST(coalesce(fiscal_year, year(paid_on)) AS INTEGER) AS year, key, max(name) AS name,
    md5(min(coalesce(id_no, concat(name, coalesce(village, ''))))) AS person_key, sum(area) AS area, sum(amount) AS amount,
    max(currency) AS currency, max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS benefit_payment_rows
  FROM recipients
  GROUP BY unit_id, programme, CAST(coalesce(fiscal_year, year(paid_on)) AS INTEGER), key
)
SELECT claimed.unit_id, claimed.programme, claimed.year, claimed.person_key, claimed.name,
  CAST(claimed.area AS DECIMAL(18, 2)) AS area, CAST(certified.area AS DECIMAL(18, 2)) AS certified,
  CAST(claimed.amount * (claimed.area - certified.area) / nullif(claimed.area, 0) AS DECIMAL(18, 2)) AS excess_amount,
  claimed.currency, claimed.last_paid_on, claimed.benefit_payment_rows, certified.land_plot_rows
FROM claimed
JOIN certified ON certified.key = claimed.key
WHERE claimed.area > certified.area * (1 + CAST($tolerance AS DECIMAL(9, 4))) AND claimed.area - certified.area >= $least_mu
QUALIFY row_number() OVER (PARTITION BY claimed.unit_id, claimed.programme, claimed.year, claimed.person_key
  ORDER BY certified.area DESC, claimed.key) = 1
