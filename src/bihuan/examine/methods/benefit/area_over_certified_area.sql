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
optional: [entity_of, person]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND area > 0"}
scope: year
params: {tolerance: 0.05, least_mu: 0.5, other_land: "退耕|还林|还草|林|草|农机|渔|水面"}
lead: {unit: unit_id, subject: [programme, year, person_key], amount: excess_amount, currency: currency, on: last_paid_on}
reason:
  zh: "{name}{year}年“{programme}”补贴面积{area}亩，确权面积{certified}亩。"
  en: "“{programme}” of {name} in {year}: {area} mu were subsidised, {certified} mu are certified."
examples:
  - says: half as much again; one field claimed by two of a household; a rounding, somebody without a certificate, forest, and a measured area above that of the contract are left alone
    given:
      land_plot:
        - {name: 王芳, id_no: "330106198005060018", contract_area: 4.00}
        - {name: 李强, id_no: "330106198005060034", contract_area: 4.00}
        - {name: 钱一, id_no: "330106197001010011", household_no: H7, area: 5.00}
        - {name: 孙一, id_no: "330106198505060018", area: 4.02, contract_area: 3.00}
      benefit_payment:
        - &paid {programme: 耕地地力保护补贴, name: 王芳, id_no: "330106198005060018", area: 6.00, amount: 600.00, fiscal_year: 2024, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034", area: 4.10}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - &own {<<: *paid, name: 钱一, id_no: "330106197001010011", household_no: H7, area: 5.00}
        - {<<: *own, name: 钱二, id_no: "330106197201010012", area: 4.80}
        - {<<: *own, programme: 退耕还林补助, area: 30.00}
        - {<<: *paid, name: 孙一, id_no: "330106198505060018", area: 4.00}
    expect:
      - {name: 钱二, area: 9.8, certified: 5, benefit_payment_rows: [4, 5], land_plot_rows: [3]}
      - {programme: 耕地地力保护补贴, year: 2024, name: 王芳, area: 6, certified: 4, excess_amount: 200.00, benefit_payment_rows: [1], land_plot_rows: [1]}
*/
-- Two of one household may each claim the whole of its land, so that what is known of households counts before the person.
WITH members AS (
  SELECT id_no, max(household_no) AS household_no
  FROM person
  WHERE length(id_no) >= 15 AND household_no IS NOT NULL
  GROUP BY id_no
),
plots AS (
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'n' || land_plot.id_no AS key
  FROM land_plot
  WHERE length(land_plot.id_no) >= 15 AND land_plot.cancelled_on IS NULL
  UNION ALL
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'h' || land_plot.household_no AS key
  FROM land_plot
  WHERE land_plot.household_no IS NOT NULL AND land_plot.cancelled_on IS NULL
  UNION ALL
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'r' || members.household_no AS key
  FROM land_plot
  JOIN members ON members.id_no = land_plot.id_no
  WHERE land_plot.cancelled_on IS NULL
  UNION ALL
  SELECT land_plot.row_id, land_plot.contract_area, land_plot.area, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM land_plot
  JOIN entity_of ON entity_of.in_table = 'land_plot' AND entity_of.in_row = land_plot.row_id AND entity_of.role = 'holder'
  WHERE land_plot.cancelled_on IS NULL
),
-- One plot may be met by number and by entity; per key it counts once. Of what was measured and what was agreed the larger
-- holds, since the one is often left out or rounded.
certified AS (
  SELECT key, sum(greatest(coalesce(area, 0), coalesce(contract_area, 0))) AS area, list_sort(list(row_id)) AS land_plot_rows
  FROM plots
  GROUP BY key
),
paid AS (
  SELECT row_id, unit_id, programme, name, id_no, household_no, village, area, amount, currency, paid_on, fiscal_year
  FROM benefit_payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND area > 0
    AND NOT regexp_matches(coalesce(programme, ''), $other_land)
),
recipients AS (
  SELECT paid.row_id, 'n' || paid.id_no AS key
  FROM paid
  WHERE length(paid.id_no) >= 15
  UNION ALL
  SELECT paid.row_id, 'h' || paid.household_no AS key
  FROM paid
  WHERE paid.household_no IS NOT NULL
  UNION ALL
  SELECT paid.row_id, 'r' || members.household_no AS key
  FROM paid
  JOIN members ON members.id_no = paid.id_no
  UNION ALL
  SELECT paid.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM paid
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = paid.row_id AND entity_of.role = 'payee'
),
claimed AS (
  SELECT paid.unit_id, paid.programme, CAST(coalesce(paid.fiscal_year, year(paid.paid_on)) AS INTEGER) AS year,
    recipients.key, max(paid.name) AS name,
    md5(min(coalesce(paid.id_no, concat(paid.name, coalesce(paid.village, ''))))) AS person_key, sum(paid.area) AS area,
    sum(paid.amount) AS amount, max(paid.currency) AS currency, max(paid.paid_on) AS last_paid_on,
    list_sort(list(paid.row_id)) AS benefit_payment_rows
  FROM recipients
  JOIN paid ON paid.row_id = recipients.row_id
  GROUP BY paid.unit_id, paid.programme, CAST(coalesce(paid.fiscal_year, year(paid.paid_on)) AS INTEGER), recipients.key
),
-- The widest knowledge of somebody's land and claims decides.
judged AS (
  SELECT claimed.unit_id, claimed.programme, claimed.year, claimed.person_key, claimed.name, claimed.area,
    certified.area AS certified, claimed.amount, claimed.currency, claimed.last_paid_on, claimed.benefit_payment_rows,
    certified.land_plot_rows
  FROM claimed
  JOIN certified ON certified.key = claimed.key
  QUALIFY row_number() OVER (PARTITION BY claimed.unit_id, claimed.programme, claimed.year, claimed.person_key
    ORDER BY certified.area DESC, claimed.area DESC, claimed.key) = 1
),
over AS (
  SELECT unit_id, programme, year, person_key, name, area, certified,
    CAST(amount * (area - certified) / nullif(area, 0) AS DECIMAL(18, 2)) AS excess_amount, currency, last_paid_on,
    benefit_payment_rows, land_plot_rows,
    sum(CAST(amount * (area - certified) / nullif(area, 0) AS DECIMAL(18, 2))) OVER (PARTITION BY unit_id, programme, person_key)
      AS excess_of_all
  FROM judged
  WHERE area > certified * (1 + CAST($tolerance AS DECIMAL(9, 4))) AND area - certified >= $least_mu
),
-- Where the excess of all years has come back, it is put right.
back AS (
  SELECT unit_id, programme, md5(coalesce(id_no, concat(name, coalesce(village, '')))) AS person_key, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed'
  GROUP BY unit_id, programme, md5(coalesce(id_no, concat(name, coalesce(village, ''))))
)
SELECT over.unit_id, over.programme, over.year, over.person_key, over.name, CAST(over.area AS DECIMAL(18, 2)) AS area,
  CAST(over.certified AS DECIMAL(18, 2)) AS certified, over.excess_amount, over.currency, over.last_paid_on,
  over.benefit_payment_rows, over.land_plot_rows
FROM over
LEFT JOIN back ON back.unit_id = over.unit_id AND back.programme IS NOT DISTINCT FROM over.programme
  AND back.person_key = over.person_key
WHERE over.excess_of_all > coalesce(back.amount, 0)
