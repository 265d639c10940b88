/*
id: owns_firm_car_or_second_home
title: {zh: 低保对象名下有企业、车辆或多套房产, en: "A recipient of relief owns a firm, a car or a second home"}
status: stable
role: lead
level: high
basis: []
why:
  zh: 低保、特困对象名下有企业、机动车或两套以上住房，与其家庭经济状况申报不符。
  en: A recipient of relief owns a firm, a car or more than one home, which does not go with the means that were declared.
not_when:
  zh: 残疾人代步车、农用三轮车；挂名股东；拆迁安置过渡房；已注销的企业。
  en: A disabled person's vehicle, a farm tricycle; a name lent to a firm; a home for the time of resettlement; a closed firm.
ask:
  zh: 家庭经济状况核对报告、车辆行驶证、房产登记、企业经营和纳税情况。
  en: The check of the household's means, the vehicle's papers, the title deeds, the firm's business and taxes.
reads: [benefit_payment]
optional: [entity_of, tie, vehicle, property]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(programme, ''), '低保|最低生活|特困|五保')"}
scope: all
params: {programmes: "低保|最低生活|特困|五保", most_homes: 1, small_vehicles: "摩托|三轮|电动|拖拉机|残疾", least_share: 0.05}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}领取“{programme}”共{total}，名下有车辆{vehicles}辆、房产{homes}处、企业{firms}家。"
  en: "{name} drew “{programme}”, {total} in all, and owns {vehicles} cars, {homes} homes and {firms} firms."
examples:
  - says: a car by number, a firm by entity; one home and a tricycle are left alone
    given:
      vehicle:
        - {owner: 王芳, owner_id_no: "330106198005060018", kind: 小型轿车, plate: 浙A1}
        - {owner: 李强, owner_id_no: "330106198005060034", kind: 三轮摩托车, plate: 浙A2}
      property:
        - {owner: 李强, owner_id_no: "330106198005060034", property_id: F1}
      entity_of:
        - {in_table: benefit_payment, in_row: 3, role: payee, entity_id: 77}
      tie:
        - {kind: shareholder, from_entity: 77, to_entity: 88, share: 0.6, weight: 1, in_table: relation, in_row: 5}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, programme: 高龄津贴}
    expect:
      - {programme: 农村低保, name: 王芳, vehicles: 1, homes: 0, firms: 0, benefit_payment_rows: [1], vehicle_rows: [1]}
      - {programme: 农村低保, name: 赵云, vehicles: 0, homes: 0, firms: 1, benefit_payment_rows: [3], tie_rows: [1]}
*/
WITH recipients AS (
  SELECT benefit_payment.row_id, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
  UNION ALL
  SELECT benefit_payment.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
),
owned_vehicles AS (
  SELECT vehicle.row_id, vehicle.kind, 'n' || vehicle.owner_id_no AS key
  FROM vehicle
  WHERE length(vehicle.owner_id_no) >= 15 AND vehicle.cancelled_on IS NULL AND NOT regexp_matches(coalesce(vehicle.kind, ''), $small_vehicles)
  UNION ALL
  SELECT vehicle.row_id, vehicle.kind, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM vehicle
  JOIN entity_of ON entity_of.in_table = 'vehicle' AND entity_of.in_row = vehicle.row_id AND entity_of.role = 'owner'
  WHERE vehicle.cancelled_on IS NULL AND NOT regexp_matches(coalesce(vehicle.kind, ''), $small_vehicles)
),
owned_homes AS (
  SELECT property.row_id, property.property_id, 'n' || property.owner_id_no AS key
  FROM property
  WHERE length(property.owner_id_no) >= 15 AND property.cancelled_on IS NULL
  UNION ALL
  SELECT property.row_id, property.property_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM property
  JOIN entity_of ON entity_of.in_table = 'property' AND entity_of.in_row = property.row_id AND entity_of.role = 'owner'
  WHERE property.cancelled_on IS NULL
),
owned_firms AS (
  SELECT row_id, 'e' || CAST(from_entity AS VARCHAR) AS key, to_entity
  FROM tie
  WHERE kind IN ('shareholder', 'controller', 'legal_person') AND to_date IS NULL AND coalesce(share, 1) >= $least_share
),
with_vehicles AS (
  SELECT recipients.row_id, list_sort(list(DISTINCT owned_vehicles.row_id) FILTER (WHERE owned_vehicles.row_id IS NOT NULL)) AS vehicle_rows
  FROM recipients
  JOIN owned_vehicles ON owned_vehicles.key = recipients.key
  GROUP BY recipients.row_id
),
with_homes AS (
  SELECT recipients.row_id, list_sort(list(DISTINCT owned_homes.row_id) FILTER (WHERE owned_homes.row_id IS NOT NULL)) AS property_rows
  FROM recipients
  JOIN owned_homes ON owned_homes.key = recipients.key
  GROUP BY recipients.row_id
  HAVING count(DISTINCT owned_homes.row_id) > $most_homes
),
with_firms AS (
  SELECT recipients.row_id, list_sort(list(DISTINCT owned_firms.row_id) FILTER (WHERE owned_firms.row_id IS NOT NULL)) AS tie_rows
  FROM recipients
  JOIN owned_firms ON owned_firms.key = recipients.key
  GROUP BY recipients.row_id
),
payments AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, benefit_payment.name,
    benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, benefit_payment.row_id,
    with_vehicles.vehicle_rows, with_homes.property_rows, with_firms.tie_rows
  FROM benefit_payment
  LEFT JOIN with_vehicles ON with_vehicles.row_id = benefit_payment.row_id
  LEFT JOIN with_homes ON with_homes.row_id = benefit_payment.row_id
  LEFT JOIN with_firms ON with_firms.row_id = benefit_payment.row_id
  WHERE with_vehicles.row_id IS NOT NULL OR with_homes.row_id IS NOT NULL OR with_firms.row_id IS NOT NULL
),
held AS (
  SELECT unit_id, programme, person_key, max(name) AS name, sum(amount) AS amount, max(currency) AS currency,
    max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS benefit_payment_rows,
    list_sort(list_distinct(flatten(list(vehicle_rows) FILTER (WHERE vehicle_rows IS NOT NULL)))) AS vehicle_rows,
    list_sort(list_distinct(flatten(list(property_rows) FILTER (WHERE property_rows IS NOT NULL)))) AS property_rows,
    list_sort(list_distinct(flatten(list(tie_rows) FILTER (WHERE tie_rows IS NOT NULL)))) AS tie_rows
  FROM payments
  GROUP BY unit_id, programme, person_key
)
SELECT unit_id, programme, person_key, name, CAST(amount AS DECIMAL(18, 2)) AS total, currency, last_paid_on,
  coalesce(array_length(vehicle_rows), 0) AS vehicles, coalesce(array_length(property_rows), 0) AS homes,
  coalesce(array_length(tie_rows), 0) AS firms, benefit_payment_rows, vehicle_rows, property_rows, tie_rows
FROM held
