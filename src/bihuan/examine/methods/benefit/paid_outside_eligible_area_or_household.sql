/*
id: paid_outside_eligible_area_or_household
title: {zh: 户籍不在补贴范围, en: Paid to somebody registered outside the programme's place}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 领取人户籍登记地不在补贴项目的适用地区，或户口早已迁出，不符合发放对象条件。
  en: The recipient is registered outside the place for which the programme holds, or moved away long ago.
not_when:
  zh: 按居住证、土地所在地或常住地发放的项目；户籍刚迁出。
  en: Programmes that go by residence or by where the land lies; somebody who has just moved.
ask:
  zh: 户籍证明、政策对发放对象的规定、迁移日期。
  en: The household register, the policy's words on who is eligible, the date of the move.
reads: [benefit_payment, programme, person]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: all
params: {grace_days: 62, smaller: "(镇|乡|街道|办事处|苏木|农场|村|社区)$", moved_away: "迁出|迁往|迁移|出国|定居", by_land: "耕地|地力|农机|种粮|退耕|还林|还草|草原|流转|征地|青苗|丧葬"}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}户籍在{registered}，领取适用于{place}的“{programme}”{times}笔共{total}。"
  en: "{name} is registered in {registered} and drew “{programme}”, which holds for {place}, {times} times, {total} in all."
examples:
  - says: somebody of another county, of another town, and one who moved away months ago; one of the county and one who is not in the register are left alone
    given:
      programme:
        - {name: 农村低保, place: "330106"}
        - {name: 退耕还林补助, place: 白云镇}
        - {name: 退耕还林补助, place: 东岭镇}
        - {name: 高龄津贴, place: 全县}
        - {name: 移民补助, place: 河湾镇、城关镇}
      person:
        - {name: 王芳, id_no: "330106198005060018", place: "330203"}
        - {name: 李强, id_no: "330106198005060034", place: "330106"}
        - {name: 钱一, id_no: "330106198005060077", town: 城关镇}
        - {name: 钱二, id_no: "330106198005060093", address: 云禾县东岭镇上坪村3组}
        - {name: 孙一, id_no: "330106198505060018", place: "330106", cancelled_on: 2024-01-05, cancel_reason: 迁出本省}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, name: 钱一, id_no: "330106198005060077", programme: 退耕还林补助}
        - {<<: *paid, name: 钱二, id_no: "330106198005060093", programme: 退耕还林补助}
        - {<<: *paid, name: 孙一, id_no: "330106198505060018", paid_on: 2024-02-05}
        - {<<: *paid, name: 孙一, id_no: "330106198505060018", paid_on: 2024-06-05}
        - {<<: *paid, name: 钱一, id_no: "330106198005060077", programme: 高龄津贴}
        - {<<: *paid, name: 钱一, id_no: "330106198005060077", programme: 移民补助}
    expect:
      - {programme: 退耕还林补助, name: 钱一, registered: 城关镇, place: 东岭镇、白云镇, benefit_payment_rows: [4], person_rows: [3]}
      - {programme: 农村低保, name: 孙一, registered: 2024-01-05 迁出, times: 1, benefit_payment_rows: [7], person_rows: [5]}
      - {programme: 农村低保, name: 王芳, registered: "330203", place: "330106", total: 500.00, benefit_payment_rows: [1], person_rows: [1]}
*/
WITH registered AS (
  SELECT person.row_id, 'n' || person.id_no AS key
  FROM person
  WHERE length(person.id_no) >= 15
  UNION ALL
  SELECT person.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM person
  JOIN entity_of ON entity_of.in_table = 'person' AND entity_of.in_row = person.row_id AND entity_of.role = 'self'
),
recipients AS (
  SELECT benefit_payment.row_id, 'n' || benefit_payment.id_no AS key
  FROM benefit_payment
  WHERE length(benefit_payment.id_no) >= 15 AND benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
  UNION ALL
  SELECT benefit_payment.row_id, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM benefit_payment
  JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
),
met AS (
  SELECT DISTINCT recipients.row_id, registered.row_id AS person_row
  FROM recipients
  JOIN registered ON registered.key = recipients.key
),
-- A programme may hold for several places, in rows of their own or in one cell, by code or by the name of a town or village;
-- 全县 and the like, or nothing, holds for all.
places AS (
  SELECT DISTINCT name, programme_code, place, regexp_replace(place, '(00)+$', '', 'g') AS stem
  FROM programme
  WHERE regexp_matches(place, '^[0-9]{6}') OR regexp_matches(place, $smaller)
),
limited AS (
  SELECT name, max(programme_code) AS programme_code, array_to_string(list_sort(list(DISTINCT place) FILTER (WHERE place IS NOT NULL)), '、') AS place,
    bool_and(regexp_matches(place, '^[0-9]')) AS is_coded
  FROM places
  GROUP BY name
),
listed AS (
  SELECT met.row_id, met.person_row, limited.name, limited.place, limited.is_coded, person.place AS person_place, person.town,
    person.village, person.address, person.cancelled_on, person.cancel_reason, benefit_payment.programme,
    coalesce(benefit_payment.month, benefit_payment.paid_on) AS due_on
  FROM met
  JOIN person ON person.row_id = met.person_row
  JOIN benefit_payment ON benefit_payment.row_id = met.row_id
  LEFT JOIN limited ON limited.name = benefit_payment.programme OR limited.programme_code = benefit_payment.programme_code
),
-- Whoever is registered in one of the places is inside; who cannot be told is left alone.
inside AS (
  SELECT DISTINCT listed.row_id
  FROM listed
  JOIN places ON places.name = listed.name
  WHERE (listed.is_coded AND (listed.person_place IS NULL OR length(listed.person_place) < 6
      OR left(listed.person_place, length(places.stem)) = places.stem))
    OR (NOT listed.is_coded AND (coalesce(listed.town, listed.address, listed.village) IS NULL
      OR contains(concat(coalesce(listed.town, ''), coalesce(listed.address, ''), coalesce(listed.village, '')), places.place)
      OR (length(listed.town) >= 2 AND contains(places.place, listed.town))))
),
-- Somebody who moved away and is registered here no more; what goes by the land stays with whoever tills it.
moved AS (
  SELECT row_id, max(cancelled_on) AS cancelled_on
  FROM listed
  GROUP BY row_id
  HAVING count(*) FILTER (WHERE cancelled_on IS NULL) = 0 AND count(*) FILTER (WHERE regexp_matches(coalesce(cancel_reason, ''), $moved_away)) > 0
),
found AS (
  SELECT listed.row_id, listed.person_row,
    CASE WHEN moved.row_id IS NOT NULL THEN concat(CAST(moved.cancelled_on AS VARCHAR), ' 迁出')
      ELSE coalesce(CASE WHEN listed.is_coded THEN listed.person_place END, listed.town, listed.address, '') END AS registered,
    coalesce(listed.place, '本地户籍') AS place
  FROM listed
  LEFT JOIN inside ON inside.row_id = listed.row_id
  LEFT JOIN moved ON moved.row_id = listed.row_id AND listed.due_on > moved.cancelled_on + INTERVAL 1 DAY * $grace_days
    AND NOT regexp_matches(coalesce(listed.programme, ''), $by_land)
  WHERE (listed.name IS NOT NULL AND inside.row_id IS NULL) OR moved.row_id IS NOT NULL
),
once AS (
  SELECT row_id, min(person_row) AS person_row, max(registered) AS registered, max(place) AS place
  FROM found
  GROUP BY row_id
),
-- What came back as a row of its own is put right.
back AS (
  SELECT benefit_payment.unit_id, benefit_payment.programme AS programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, -sum(benefit_payment.amount) AS amount
  FROM benefit_payment
  WHERE benefit_payment.amount < 0 AND coalesce(benefit_payment.status, 'returned') <> 'failed'
  GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
)
SELECT benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, max(benefit_payment.name) AS name,
  max(once.registered) AS registered, max(once.place) AS place, count(*) AS times,
  CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total, max(benefit_payment.currency) AS currency,
  max(benefit_payment.paid_on) AS last_paid_on, list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows,
  list_sort(list(DISTINCT once.person_row) FILTER (WHERE once.person_row IS NOT NULL)) AS person_rows
FROM benefit_payment
JOIN once ON once.row_id = benefit_payment.row_id
LEFT JOIN back ON back.unit_id = benefit_payment.unit_id AND back.programme IS NOT DISTINCT FROM benefit_payment.programme
  AND back.person_key = md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
GROUP BY benefit_payment.unit_id, benefit_payment.programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
HAVING sum(benefit_payment.amount) > coalesce(max(back.amount), 0)
