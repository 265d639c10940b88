/*
id: paid_after_death
title: {zh: 死亡后仍发放补贴, en: A benefit was paid after the recipient had died}
status: stable
role: lead
level: high
basis: []
why:
  zh: 领取人死亡后补贴仍按月发放，可能是亲属未申报、经办人未停发或冒领。
  en: The benefit went on after the recipient had died; kin did not report it, the office did not stop it, or somebody else drew it.
not_when:
  zh: 政策允许发至死亡当月或次月；丧葬补助；死亡登记有误；身份证号录入错误。
  en: The policy pays until the month of death or the next; a funeral grant; a wrong register or number.
ask:
  zh: 死亡证明或火化证明、发放名册、取款人身份和取款凭证、停发审批。
  en: The death or cremation certificate, the list of payments, who drew the money, the order to stop.
reads: [benefit_payment, death]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: all
params: {grace_days: 31, funeral: "丧葬|抚恤|安葬"}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}于{died_on}死亡，此后仍领取“{programme}”{times}笔共{total}。"
  en: "{name} died on {died_on}; after that “{programme}” was paid {times} times, {total} in all."
examples:
  - says: found by the number, and where the number is mistyped by the entity; payments before, in the grace, of a funeral grant, and what came back are left alone
    given:
      death:
        - {name: 王芳, id_no: "330106198005060018", died_on: 2024-03-10}
        - {name: 李强, id_no: "330106198005060034", died_on: 2024-03-10}
        - {name: 钱一, id_no: "330106194005060014", died_on: 2024-03-10}
      entity_of:
        - {in_table: death, in_row: 2, role: self, entity_id: 77}
        - {in_table: benefit_payment, in_row: 6, role: payee, entity_id: 77}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, paid_on: 2024-04-05}
        - {<<: *paid, paid_on: 2024-05-05}
        - {<<: *paid, paid_on: 2024-06-05}
        - {<<: *paid, programme: 丧葬补助, paid_on: 2024-06-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060039", paid_on: 2024-07-05}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050", paid_on: 2024-07-05}
        - {<<: *paid, paid_on: 2024-08-05, status: failed}
        - &gone {<<: *paid, name: 钱一, id_no: "330106194005060014", paid_on: 2024-06-05}
        - {<<: *gone, amount: -500.00, paid_on: 2024-09-05, status: returned}
    expect:
      - {programme: 农村低保, name: 王芳, total: 1000.00, times: 2, benefit_payment_rows: [3, 4], death_rows: [1]}
      - {programme: 农村低保, name: 李强, total: 500.00, times: 1, benefit_payment_rows: [6], death_rows: [2]}
*/
WITH dead AS (
  SELECT death.row_id, death.died_on, death.cremated_on, 'n' || death.id_no AS key
  FROM death
  WHERE length(death.id_no) >= 15 AND true
  UNION ALL
  SELECT death.row_id, death.died_on, death.cremated_on, 'e' || CAST(entity_of.entity_id AS VARCHAR) AS key
  FROM death
  JOIN entity_of ON entity_of.in_table = 'death' AND entity_of.in_row = death.row_id AND entity_of.role = 'self'
  WHERE true
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
  SELECT recipients.row_id, min(coalesce(dead.died_on, dead.cremated_on)) AS died_on, min(dead.row_id) AS death_row
  FROM recipients
  JOIN dead ON dead.key = recipients.key
  GROUP BY recipients.row_id
),
-- What came back as a row of its own is put right.
back AS (
  SELECT benefit_payment.unit_id, coalesce(benefit_payment.programme, benefit_payment.programme_code) AS programme, md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, -sum(benefit_payment.amount) AS amount
  FROM benefit_payment
  WHERE benefit_payment.amount < 0 AND coalesce(benefit_payment.status, 'returned') <> 'failed'
  GROUP BY benefit_payment.unit_id, coalesce(benefit_payment.programme, benefit_payment.programme_code), md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
)
SELECT benefit_payment.unit_id, coalesce(benefit_payment.programme, benefit_payment.programme_code) AS programme,
  md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, '')))) AS person_key, max(benefit_payment.name) AS name, min(met.died_on) AS died_on, count(*) AS times,
  CAST(sum(benefit_payment.amount) AS DECIMAL(18, 2)) AS total, max(benefit_payment.currency) AS currency,
  max(benefit_payment.paid_on) AS last_paid_on, list_sort(list(benefit_payment.row_id)) AS benefit_payment_rows,
  list_sort(list(DISTINCT met.death_row) FILTER (WHERE met.death_row IS NOT NULL)) AS death_rows
FROM benefit_payment
JOIN met ON met.row_id = benefit_payment.row_id
LEFT JOIN back ON back.unit_id = benefit_payment.unit_id AND back.programme IS NOT DISTINCT FROM coalesce(benefit_payment.programme, benefit_payment.programme_code)
  AND back.person_key = md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
WHERE coalesce(benefit_payment.month, benefit_payment.paid_on) > met.died_on + INTERVAL 1 DAY * $grace_days
  AND NOT regexp_matches(coalesce(benefit_payment.programme, ''), $funeral)
GROUP BY benefit_payment.unit_id, coalesce(benefit_payment.programme, benefit_payment.programme_code), md5(coalesce(benefit_payment.id_no, concat(benefit_payment.name, coalesce(benefit_payment.village, ''))))
HAVING sum(benefit_payment.amount) > coalesce(max(back.amount), 0)
