/*
id: old_item_not_eligible
title: {zh: 旧车旧设备不符合补贴条件, en: The old car or machine does not qualify}
status: stable
role: lead
level: high
basis: []
why:
  zh: 旧车注册登记晚于规定日期、在政策开始前已报废或至今未注销，旧设备使用年限不足，都不应补贴。登记日期以车辆登记（回收台账）为准。
  en: An old car registered too late, scrapped before the policy began or not scrapped at all, and an old machine that was hardly used, do not qualify. The register of vehicles goes before what the claim says.
not_when:
  zh: 燃料种类填错；本省另有规定；登记日期录入错误。
  en: The fuel is written wrong; the province has a rule of its own; a mistyped day.
ask:
  zh: 机动车登记证书、报废机动车回收证明、注销证明；旧设备购置发票和固定资产卡片。
  en: The certificate of registration, of scrapping and of deregistration; the old machine's invoice and asset card.
reads: [claim, unit_parameter]
optional: [vehicle, payment, nontax_income]
population: {table: claim, where: "amount > 0 AND (old_vin IS NOT NULL OR old_plate IS NOT NULL OR old_from IS NOT NULL)"}
scope: all
params: {shortest_number: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机", nev: "新能源|电动|插电|混动|纯电", diesel: "柴油|燃气|其他"}
lead: {unit: unit_id, subject: [claim_no], amount: amount, currency: currency, on: bought_on}
reason:
  zh: "申领{claim_no}补贴{amount}，旧物登记于{registered_on}：{grounds}。"
  en: "Claim {claim_no} of {amount}; the old item was registered on {registered_on}: {grounds}."
remedy: |
  -- Money that came back and names the claim answers it where it is no less than the subsidy.
  WITH
  back AS (
    SELECT -amount AS amount, currency, paid_on AS on_day, coalesce(purpose, '') AS words, row_id AS payment_row, NULL AS income_row
    FROM payment
    WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
    UNION ALL
    SELECT amount, currency, coalesce(paid_on, billed_on) AS on_day, concat(coalesce(item, ''), coalesce(note, '')) AS words,
      NULL AS payment_row, row_id AS income_row
    FROM nontax_income
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
  ),
  answered AS (
    SELECT claim.unit_id, claim.claim_no, claim.amount AS owed, back.amount, back.payment_row, back.income_row
    FROM claim
    JOIN back ON contains(back.words, claim.claim_no) AND back.currency IS NOT DISTINCT FROM claim.currency
      AND back.on_day >= coalesce(claim.bought_on, claim.paid_on, back.on_day)
    WHERE length(claim.claim_no) >= $shortest_number AND regexp_matches(back.words, '退|追|缴|还|收回')
  )
  SELECT unit_id, claim_no,
    list_sort(list(DISTINCT payment_row) FILTER (WHERE payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT income_row) FILTER (WHERE income_row IS NOT NULL)) AS nontax_income_rows
  FROM answered
  GROUP BY unit_id, claim_no
  HAVING sum(amount) >= max(owed)
examples:
  - says: too late by the claim; too late by the register; scrapped before the policy; a machine of two years; on the last day, battery cars, and a car that was handed on are left alone
    given:
      unit_parameter:
        - {name: tradein_old_petrol_registered_by, valid_from: 2025-01-01, value: "2012-06-30"}
        - {name: tradein_old_nev_registered_by, valid_from: 2025-01-01, value: "2018-12-31"}
        - {name: tradein_scrapped_from, valid_from: 2025-01-01, value: "2025-01-01"}
        - {name: equipment_old_least_years, valid_from: 2000-01-01, value: "5"}
      vehicle:
        - {vin: LSV00000000000002, plate: 冀Z0002, registered_on: 2016-05-20, cancelled_on: 2025-03-01}
        - {vin: LSV00000000000005, plate: 冀Z0005, registered_on: 2012-06-30, cancelled_on: 2025-03-01}
      claim:
        - &car {claim_no: QC000001, programme: 汽车报废更新, old_kind: 汽油, old_vin: LSV00000000000001, old_from: 2013-09-04, scrapped_on: 2025-03-02, bought_on: 2025-04-01, amount: 15000.00}
        - {<<: *car, claim_no: QC000002, old_vin: LSV00000000000002, old_from: 2010-05-20}
        - {<<: *car, claim_no: QC000003, old_vin: LSV00000000000003, old_from: 2010-05-20, scrapped_on: 2023-10-17}
        - {claim_no: SB000001, programme: 设备更新补助, old_from: 2023-03-01, bought_on: 2025-04-01, amount: 80000.00}
        - {<<: *car, claim_no: QC000005, old_vin: LSV00000000000005, old_from: 2012-06-30}
        - {<<: *car, claim_no: QC000006, old_vin: LSV00000000000006, old_from: 2017-08-08, old_kind: 纯电动}
        - {<<: *car, claim_no: QC000007, old_vin: LSV00000000000007, status: 已撤销}
        - {<<: *car, claim_no: QC000008, old_vin: LSV00000000000008, programme: 汽车置换更新}
        - {<<: *car, claim_no: QC000009, old_vin: LSV00000000000009, old_kind: null, old_plate: 冀AD12345, old_from: 2017-08-08}
        - {claim_no: SB000002, programme: 设备更新补助, old_from: 2015-03-01, bought_on: 2025-04-01, amount: 80000.00}
      payment:
        - {amount: -15000.00, paid_on: 2025-08-01, status: returned, purpose: 追回汽车以旧换新补贴 QC000001}
        - {amount: -100.00, paid_on: 2025-08-01, status: returned, purpose: 追回汽车以旧换新补贴 QC000002}
    expect:
      - {claim_no: QC000001, claim_rows: [1]}
      - {claim_no: QC000002, registered_on: 2016-05-20, claim_rows: [2], vehicle_rows: [1]}
      - {claim_no: QC000003, claim_rows: [3]}
      - {claim_no: SB000001, claim_rows: [4]}
    remedied:
      - {claim_no: QC000001, payment_rows: [1]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(claim_no, CAST(row_id AS VARCHAR)) AS claim_no, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on, scrapped_on, old_from,
    translate(upper(regexp_replace(old_vin, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS old_car, upper(regexp_replace(old_plate, '[^0-9A-Za-z一-龥]', '', 'g')) AS old_plate,
    regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment) AS is_equipment,
    -- Where an old car is handed on and not scrapped, no last day of registration holds.
    coalesce(programme, '') = '' OR scrap_no IS NOT NULL OR regexp_matches(programme, '报废') AS is_scrapped,
    -- A plate of a battery or hybrid car has one sign more.
    CASE WHEN regexp_matches(coalesce(old_kind, ''), $nev)
        OR old_kind IS NULL AND length(regexp_replace(old_plate, '[^0-9A-Za-z一-龥]', '', 'g')) >= 8 THEN 'tradein_old_nev_registered_by'
      WHEN regexp_matches(coalesce(old_kind, ''), $diesel) THEN 'tradein_old_diesel_registered_by'
      ELSE 'tradein_old_petrol_registered_by' END AS limit_name
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
),
registered AS (
  SELECT translate(upper(regexp_replace(vin, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS car, min(registered_on) AS registered_on, max(cancelled_on) AS cancelled_on,
    max(coalesce(status, '')) AS status, min(row_id) AS vehicle_row
  FROM vehicle
  WHERE length(vin) >= 6
  GROUP BY translate(upper(regexp_replace(vin, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011')
),
known AS (
  SELECT live.row_id, live.unit_id, live.claim_no, live.amount, live.currency, live.bought_on, live.limit_name, live.is_equipment,
    coalesce(live.old_car, live.old_plate) IS NOT NULL AND NOT live.is_equipment AND live.is_scrapped AS is_car,
    coalesce(registered.registered_on, live.old_from) AS registered_on, coalesce(live.scrapped_on, registered.cancelled_on) AS scrapped_on,
    registered.vehicle_row,
    registered.vehicle_row IS NOT NULL AND registered.cancelled_on IS NULL AND NOT regexp_matches(registered.status, '报废|注销')
      AS is_on_the_road
  FROM live
  LEFT JOIN registered ON registered.car = live.old_car AND length(live.old_car) >= 6
),
last_day AS (
  SELECT row_id, unit_id, name, CAST(value AS DATE) AS day
  FROM (
    SELECT known.row_id, rule.unit_id, rule.name, rule.value
    FROM known
    JOIN unit_parameter AS rule ON rule.unit_id = known.unit_id AND known.is_car AND rule.name IN (known.limit_name, 'tradein_scrapped_from')
      AND known.bought_on >= rule.valid_from AND known.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
  ) AS dated
),
used_years AS (
  SELECT known.row_id, CAST(rule.value AS DECIMAL(18, 2)) AS least
  FROM known
  JOIN unit_parameter AS rule ON rule.unit_id = known.unit_id AND rule.name = 'equipment_old_least_years' AND known.is_equipment
    AND known.bought_on >= rule.valid_from AND known.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
),
faults AS (
  SELECT known.row_id, '旧车注册登记晚于规定日期 registered too late' AS ground
  FROM known
  JOIN last_day ON last_day.row_id = known.row_id AND last_day.name = known.limit_name
  WHERE known.registered_on > last_day.day
  UNION ALL
  SELECT known.row_id, '政策开始前已报废 scrapped before the policy began' AS ground
  FROM known
  JOIN last_day ON last_day.row_id = known.row_id AND last_day.name = 'tradein_scrapped_from'
  WHERE known.scrapped_on < last_day.day
  UNION ALL
  SELECT row_id, '旧车仍未注销 still registered' AS ground
  FROM known
  WHERE is_car AND is_on_the_road AND scrapped_on IS NULL
  UNION ALL
  SELECT known.row_id, '旧设备使用年限不足 used for too few years' AS ground
  FROM known
  JOIN used_years ON used_years.row_id = known.row_id
  WHERE date_diff('day', known.registered_on, known.bought_on) < used_years.least * 365
),
told AS (
  SELECT row_id, array_to_string(list_sort(list(DISTINCT ground) FILTER (WHERE ground IS NOT NULL)), '；') AS grounds
  FROM faults
  GROUP BY row_id
)
SELECT known.unit_id, known.claim_no, max(known.amount) AS amount, known.currency, max(known.bought_on) AS bought_on,
  max(known.registered_on) AS registered_on, max(told.grounds) AS grounds, list_sort(list(known.row_id)) AS claim_rows,
  list_sort(list(DISTINCT known.vehicle_row) FILTER (WHERE known.vehicle_row IS NOT NULL)) AS vehicle_rows
FROM known
JOIN told ON told.row_id = known.row_id
GROUP BY known.unit_id, known.claim_no, known.currency
