/*
id: owns_firm_car_or_second_home
title: {zh: 低保对象名下有企业、车辆或多套房产, en: "A recipient of relief owns a firm, a car or a second home"}
status: stable
role: lead
level: high
basis: []
why:
  zh: 低保、特困对象或其同户家属名下有企业、机动车或两套以上住房，与其家庭经济状况申报不符。
  en: A recipient of relief or the household owns a firm, a car or more than one home, which does not go with the means that were declared.
not_when:
  zh: 残疾人代步车、农用三轮车；挂名股东；拆迁安置过渡房；已注销的企业。
  en: A disabled person's vehicle, a farm tricycle; a name lent to a firm; a home for the time of resettlement; a closed firm.
ask:
  zh: 家庭经济状况核对报告、车辆行驶证、房产登记、企业经营和纳税情况。
  en: The check of the household's means, the vehicle's papers, the title deeds, the firm's business and taxes.
reads: [benefit_payment]
optional: [entity_of, tie, vehicle, property, person, organization]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(programme, ''), '低保|最低生活|特困|五保')"}
scope: all
params: {programmes: "低保|最低生活|特困|五保", most_homes: 1, small_vehicles: "摩托|三轮|电动|拖拉机|残疾", least_share: 0.05, least_capital: 100000}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}领取“{programme}”共{total}，本户名下有车辆{vehicles}辆、房产{homes}处、企业{firms}家。"
  en: "{name} drew “{programme}”, {total} in all; the household owns {vehicles} cars, {homes} homes and {firms} firms."
examples:
  - says: a car by number, a firm by entity, the wife's two homes; one home, a tricycle, a stall and a firm that closed are left alone
    given:
      vehicle:
        - {owner: 王芳, owner_id_no: "330106198005060018", kind: 小型轿车, plate: 浙A1}
        - {owner: 李强, owner_id_no: "330106198005060034", kind: 三轮摩托车, plate: 浙A2}
      property:
        - {owner: 李强, owner_id_no: "330106198005060034", property_id: F1}
        - {owner: 钱二, owner_id_no: "330106198205060033", property_id: F2}
        - {owner: 钱二, owner_id_no: "330106198205060033", property_id: F3}
      person:
        - {name: 钱一, id_no: "330106198005060077", household_no: H1}
        - {name: 钱二, id_no: "330106198205060033", household_no: H1}
      organization:
        - {name: 云禾县五金店, kind: 个体工商户, capital: 5000.00, status: active}
        - {name: 云禾县商贸有限公司, kind: 有限责任公司, capital: 500000.00, status: closed}
      entity_of:
        - {in_table: organization, in_row: 1, role: self, entity_id: 91}
        - {in_table: organization, in_row: 2, role: self, entity_id: 92}
        - {in_table: benefit_payment, in_row: 6, role: payee, entity_id: 78}
        - {in_table: benefit_payment, in_row: 3, role: payee, entity_id: 77}
      tie:
        - {kind: shareholder, from_entity: 77, to_entity: 88, share: 0.6, weight: 1, in_table: relation, in_row: 5}
        - {kind: legal_person, from_entity: 78, to_entity: 91, weight: 1, in_table: relation, in_row: 6}
        - {kind: shareholder, from_entity: 78, to_entity: 92, share: 0.9, weight: 1, in_table: relation, in_row: 7}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, programme: 高龄津贴}
        - {<<: *paid, name: 钱一, id_no: "330106198005060077"}
        - {<<: *paid, name: 孙一, id_no: "330106198005060093"}
    expect:
      - {name: 钱一, vehicles: 0, homes: 2, firms: 0, benefit_payment_rows: [5], property_rows: [2, 3]}
      - {programme: 农村低保, name: 王芳, vehicles: 1, homes: 0, firms: 0, benefit_payment_rows: [1], vehicle_rows: [1]}
      - {programme: 农村低保, name: 赵云, vehicles: 0, homes: 0, firms: 1, benefit_payment_rows: [3], tie_rows: [1]}
*/
-- Relief goes by the means of a household, so that what a wife or a grown son owns counts as well.
WITH recipients AS (
  SELECT benefit_payment.row_id, benefit_payment.id_no, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
  UNION ALL
  SELECT benefit_payment.row_id, benefit_payment.id_no, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND regexp_matches(coalesce(benefit_payment.programme, ''), $programmes)
),
needy AS (
  SELECT DISTINCT key
  FROM recipients
),
members AS (
  SELECT person.row_id, person.household_no, 'n' || person.id_no AS key
  FROM person
  WHERE length(person.id_no) >= 15 AND person.household_no IS NOT NULL AND person.cancelled_on IS NULL
  UNION ALL
  SELECT person.row_id, person.household_no, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM person
  JOIN entity_of ON entity_of.in_table = 'person' AND entity_of.in_row = person.row_id AND entity_of.role = 'self'
  WHERE person.household_no IS NOT NULL AND person.cancelled_on IS NULL
),
-- Whose goods count: the recipient's own, and those of others of the household who draw nothing, since who does has a lead of
-- his own.
circle AS (
  SELECT key, key AS owner_key
  FROM needy
  UNION
  SELECT needy.key, other.key AS owner_key
  FROM needy
  JOIN members AS own ON own.key = needy.key
  JOIN members AS other ON other.household_no = own.household_no
  LEFT JOIN needy AS drawing ON drawing.key = other.key
  WHERE drawing.key IS NULL
),
owned_vehicles AS (
  SELECT vehicle.row_id, 'n' || vehicle.owner_id_no AS key
  FROM vehicle
  WHERE length(vehicle.owner_id_no) >= 15 AND vehicle.cancelled_on IS NULL AND NOT regexp_matches(coalesce(vehicle.kind, ''), $small_vehicles)
  UNION ALL
  SELECT vehicle.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM vehicle
  JOIN entity_of ON entity_of.in_table = 'vehicle' AND entity_of.in_row = vehicle.row_id AND entity_of.role = 'owner'
  WHERE vehicle.cancelled_on IS NULL AND NOT regexp_matches(coalesce(vehicle.kind, ''), $small_vehicles)
),
owned_homes AS (
  SELECT property.row_id, 'n' || property.owner_id_no AS key
  FROM property
  WHERE length(property.owner_id_no) >= 15 AND property.cancelled_on IS NULL
  UNION ALL
  SELECT property.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM property
  JOIN entity_of ON entity_of.in_table = 'property' AND entity_of.in_row = property.row_id AND entity_of.role = 'owner'
  WHERE property.cancelled_on IS NULL
),
-- A firm that closed, and the stall of a small trader, is no wealth.
no_wealth AS (
  SELECT DISTINCT entity_of.entity_id
  FROM organization
  JOIN entity_of ON entity_of.in_table = 'organization' AND entity_of.in_row = organization.row_id AND entity_of.role = 'self'
  WHERE organization.status IN ('closed', 'revoked') OR organization.closed_on IS NOT NULL
    OR (contains(coalesce(organization.kind, ''), '个体') AND coalesce(organization.capital, 0) < $least_capital)
),
owned_firms AS (
  SELECT tie.row_id, 'e' || CAST(tie.from_entity AS VARCHAR) AS key
  FROM tie
  LEFT JOIN no_wealth ON no_wealth.entity_id = tie.to_entity
  WHERE tie.kind IN ('shareholder', 'controller', 'legal_person') AND tie.to_date IS NULL
    AND coalesce(tie.share, 1) >= $least_share AND no_wealth.entity_id IS NULL
),
with_vehicles AS (
  SELECT circle.key, list_sort(list(DISTINCT owned_vehicles.row_id) FILTER (WHERE owned_vehicles.row_id IS NOT NULL)) AS vehicle_rows
  FROM circle
  JOIN owned_vehicles ON owned_vehicles.key = circle.owner_key
  GROUP BY circle.key
),
with_homes AS (
  SELECT circle.key, list_sort(list(DISTINCT owned_homes.row_id) FILTER (WHERE owned_homes.row_id IS NOT NULL)) AS property_rows
  FROM circle
  JOIN owned_homes ON owned_homes.key = circle.owner_key
  GROUP BY circle.key
  HAVING count(DISTINCT owned_homes.row_id) > $most_homes
),
with_firms AS (
  SELECT circle.key, list_sort(list(DISTINCT owned_firms.row_id) FILTER (WHERE owned_firms.row_id IS NOT NULL)) AS tie_rows
  FROM circle
  JOIN owned_firms ON owned_firms.key = circle.owner_key
  GROUP BY circle.key
),
payments AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, benefit_payment.name,
    benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on, benefit_payment.row_id, recipients.key,
    with_vehicles.vehicle_rows, with_homes.property_rows, with_firms.tie_rows
  FROM recipients
  JOIN benefit_payment ON benefit_payment.row_id = recipients.row_id
  LEFT JOIN with_vehicles ON with_vehicles.key = recipients.key
  LEFT JOIN with_homes ON with_homes.key = recipients.key
  LEFT JOIN with_firms ON with_firms.key = recipients.key
  WHERE with_vehicles.key IS NOT NULL OR with_homes.key IS NOT NULL OR with_firms.key IS NOT NULL
),
once AS (
  SELECT unit_id, programme, person_key, name, amount, currency, paid_on, row_id
  FROM payments
  QUALIFY row_number() OVER (PARTITION BY row_id ORDER BY key) = 1
),
goods AS (
  SELECT unit_id, programme, person_key,
    list_sort(list_distinct(flatten(list(vehicle_rows) FILTER (WHERE vehicle_rows IS NOT NULL)))) AS vehicle_rows,
    list_sort(list_distinct(flatten(list(property_rows) FILTER (WHERE property_rows IS NOT NULL)))) AS property_rows,
    list_sort(list_distinct(flatten(list(tie_rows) FILTER (WHERE tie_rows IS NOT NULL)))) AS tie_rows
  FROM payments
  GROUP BY unit_id, programme, person_key
),
held AS (
  SELECT unit_id, programme, person_key, max(name) AS name, sum(amount) AS amount, max(currency) AS currency,
    max(paid_on) AS last_paid_on, list_sort(list(row_id)) AS benefit_payment_rows
  FROM once
  GROUP BY unit_id, programme, person_key
),
-- What came back as a row of its own is put right.
back AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme AS programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, -sum(benefit_payment.amount) AS amount
  FROM benefit_payment
  WHERE benefit_payment.amount < 0 AND coalesce(benefit_payment.status, 'returned') <> 'failed'
  GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
)
SELECT held.unit_id, held.programme, held.person_key, held.name, CAST(held.amount AS DECIMAL(18, 2)) AS total,
  held.currency, held.last_paid_on, coalesce(array_length(goods.vehicle_rows), 0) AS vehicles,
  coalesce(array_length(goods.property_rows), 0) AS homes, coalesce(array_length(goods.tie_rows), 0) AS firms,
  held.benefit_payment_rows, goods.vehicle_rows, goods.property_rows, goods.tie_rows
FROM held
JOIN goods ON goods.unit_id = held.unit_id AND goods.programme IS NOT DISTINCT FROM held.programme
  AND goods.person_key = held.person_key
LEFT JOIN back ON back.unit_id = held.unit_id AND back.programme IS NOT DISTINCT FROM held.programme
  AND back.person_key = held.person_key
WHERE held.amount > coalesce(back.amount, 0)
