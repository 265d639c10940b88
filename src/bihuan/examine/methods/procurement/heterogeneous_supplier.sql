/*
id: heterogeneous_supplier
title: {zh: 供应商供货门类异常庞杂（R048）, en: A supplier delivers unusually many kinds of things (R048)}
status: stable
role: lead
level: low
basis: ["ocp:R048"]
why:
  zh: 同一供应商中标的品类远比同等规模的供应商多，什么都卖，可能是过单、挂靠的皮包公司。
  en: One supplier wins far more kinds of goods than others of its size; it may only pass orders on.
not_when:
  zh: 综合性商超、电商平台、集团公司统一投标。
  en: A department store, an online platform, a group that bids as one.
ask:
  zh: 经营范围、场所、人员和进货凭证，实际供货人，与采购人经办人员的关系。
  en: Scope of business, premises, staff and purchase invoices, who in truth delivered, ties to the buyers' staff.
reads: [purchase_item]
optional: [award, tender]
population: {table: purchase_item, where: "stage = 'award' AND classification IS NOT NULL"}
scope: all
params: {fence: 1.5, least_processes: 20, digits: 2}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: on_date}
reason:
  zh: "{supplier_name}在{processes}次采购中供应{classes}个门类（{class_list}），超过同等规模供应商的上限{upper_fence}个。"
  en: "{supplier_name} delivers {classes} classes ({class_list}) in {processes} processes, above the upper fence of suppliers of its size, {upper_fence}."
examples:
  - says: a dealer in twenty classes beside four specialists; one with few processes, and an award to two suppliers, are left out
    given:
      purchase_item:
        - &item {ocid: P0-0, stage: award, parent_id: A1, item_id: I1, item: 货物, supplier_id: S0, supplier_name: 专营公司, classification: 10101500, amount: 5000.00, on_date: 2025-03-01}
        - {<<: *item, ocid: P0-1, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-2, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-3, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-4, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-5, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-6, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-7, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-8, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-9, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-10, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-11, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-12, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-13, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-14, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-15, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-16, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-17, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-18, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P0-19, supplier_id: S0, classification: '10101500'}
        - {<<: *item, ocid: P1-0, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-1, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-2, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-3, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-4, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-5, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-6, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-7, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-8, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-9, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-10, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-11, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-12, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-13, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-14, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-15, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-16, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-17, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P1-18, supplier_id: S1, classification: '10101500'}
        - {<<: *item, ocid: P1-19, supplier_id: S1, classification: '11101500'}
        - {<<: *item, ocid: P2-0, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-1, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-2, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-3, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-4, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-5, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-6, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-7, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-8, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-9, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-10, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-11, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-12, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-13, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-14, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-15, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-16, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-17, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-18, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P2-19, supplier_id: S2, classification: '10101500'}
        - {<<: *item, ocid: P3-0, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-1, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-2, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-3, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-4, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-5, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-6, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-7, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-8, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-9, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-10, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-11, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-12, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-13, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-14, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-15, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-16, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-17, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P3-18, supplier_id: S3, classification: '10101500'}
        - {<<: *item, ocid: P3-19, supplier_id: S3, classification: '11101500'}
        - {<<: *item, ocid: P4-0, supplier_id: S4, supplier_name: 万能贸易公司, classification: '10101500'}
        - {<<: *item, ocid: P4-1, supplier_id: S4, supplier_name: 万能贸易公司, classification: '11101500'}
        - {<<: *item, ocid: P4-2, supplier_id: S4, supplier_name: 万能贸易公司, classification: '12101500'}
        - {<<: *item, ocid: P4-3, supplier_id: S4, supplier_name: 万能贸易公司, classification: '13101500'}
        - {<<: *item, ocid: P4-4, supplier_id: S4, supplier_name: 万能贸易公司, classification: '14101500'}
        - {<<: *item, ocid: P4-5, supplier_id: S4, supplier_name: 万能贸易公司, classification: '15101500'}
        - {<<: *item, ocid: P4-6, supplier_id: S4, supplier_name: 万能贸易公司, classification: '16101500'}
        - {<<: *item, ocid: P4-7, supplier_id: S4, supplier_name: 万能贸易公司, classification: '17101500'}
        - {<<: *item, ocid: P4-8, supplier_id: S4, supplier_name: 万能贸易公司, classification: '18101500'}
        - {<<: *item, ocid: P4-9, supplier_id: S4, supplier_name: 万能贸易公司, classification: '19101500'}
        - {<<: *item, ocid: P4-10, supplier_id: S4, supplier_name: 万能贸易公司, classification: '20101500'}
        - {<<: *item, ocid: P4-11, supplier_id: S4, supplier_name: 万能贸易公司, classification: '21101500'}
        - {<<: *item, ocid: P4-12, supplier_id: S4, supplier_name: 万能贸易公司, classification: '22101500'}
        - {<<: *item, ocid: P4-13, supplier_id: S4, supplier_name: 万能贸易公司, classification: '23101500'}
        - {<<: *item, ocid: P4-14, supplier_id: S4, supplier_name: 万能贸易公司, classification: '24101500'}
        - {<<: *item, ocid: P4-15, supplier_id: S4, supplier_name: 万能贸易公司, classification: '25101500'}
        - {<<: *item, ocid: P4-16, supplier_id: S4, supplier_name: 万能贸易公司, classification: '26101500'}
        - {<<: *item, ocid: P4-17, supplier_id: S4, supplier_name: 万能贸易公司, classification: '27101500'}
        - {<<: *item, ocid: P4-18, supplier_id: S4, supplier_name: 万能贸易公司, classification: '28101500'}
        - {<<: *item, ocid: P4-19, supplier_id: S4, supplier_name: 万能贸易公司, classification: '29101500'}
        - {<<: *item, ocid: P5-0, supplier_id: S5, classification: '10101500'}
        - {<<: *item, ocid: P5-1, supplier_id: S5, classification: '11101500'}
        - {<<: *item, ocid: P5-2, supplier_id: S5, classification: '12101500'}
        - {<<: *item, ocid: P5-3, supplier_id: S5, classification: '13101500'}
        - {<<: *item, ocid: P6, supplier_id: S0, classification: '77101500'}
      award:
        - {ocid: P6, award_id: A1, status: active, supplier_id: S0, supplier_name: 专营公司}
        - {ocid: P6, award_id: A1, status: active, supplier_id: S1, supplier_name: 专营公司}
    expect:
      - {supplier: S4, classes: 20, processes: 20}
*/
WITH cancelled AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process
  FROM tender
  WHERE status = 'cancelled'
),
-- Who of several suppliers delivers an item is not known.
unsuited_awards AS (
  SELECT coalesce(ocid, tender_id) AS process, award_id
  FROM award
  WHERE award_id IS NOT NULL
  GROUP BY coalesce(ocid, tender_id), award_id
  HAVING count(*) > 1 OR count(*) FILTER (WHERE coalesce(status, CASE WHEN ocid IS NULL THEN 'active' ELSE 'unknown' END) = 'active') = 0
),
-- Codes that begin with a letter (A02…) have one character more in their first level.
delivered AS (
  SELECT item.row_id, item.unit_id, coalesce(item.ocid, item.tender_id) AS process,
    coalesce(item.supplier_id, item.supplier_name) AS supplier, item.supplier_name, item.currency,
    coalesce(item.amount, try_cast(CAST(item.price AS DOUBLE) * CAST(item.quantity AS DOUBLE) AS DECIMAL(18, 2))) AS amount,
    item.on_date, item.parent_id, left(item.classification, CASE WHEN regexp_matches(item.classification, '^[A-Za-z]') THEN $digits + 1
      ELSE $digits END) AS class
  FROM purchase_item AS item
  ANTI JOIN cancelled ON cancelled.process = coalesce(item.ocid, item.tender_id)
  WHERE item.stage = 'award' AND item.classification IS NOT NULL
),
of_sole_suppliers AS (
  SELECT delivered.row_id, delivered.unit_id, delivered.process, delivered.supplier, delivered.supplier_name,
    delivered.amount, delivered.currency, delivered.on_date, delivered.class
  FROM delivered
  ANTI JOIN unsuited_awards AS unsuited ON unsuited.process = delivered.process
    AND unsuited.award_id = delivered.parent_id
  WHERE delivered.supplier IS NOT NULL
),
varieties AS (
  SELECT supplier, max(supplier_name) AS supplier_name, count(DISTINCT class) AS classes,
    count(DISTINCT process) AS processes
  FROM of_sole_suppliers
  GROUP BY supplier
  HAVING count(DISTINCT process) >= $least_processes
),
in_order AS (
  SELECT classes AS measured, row_number() OVER (ORDER BY classes, supplier) AS place, count(*) OVER () AS many
  FROM varieties
),
-- Quartiles as R8: at place (n + 1/3) p + 1/3, which is (3n + 5) / 12 for the first and (9n + 7) / 12 for the third.
neighbours AS (
  SELECT many, greatest(0, (3 * many + 5) / 12.0 - greatest(1, floor((3 * many + 5) / 12.0))) AS part_1,
    (9 * many + 7) / 12.0 - floor((9 * many + 7) / 12.0) AS part_3,
    max(measured) FILTER (WHERE place = greatest(1, floor((3 * many + 5) / 12.0))) AS low_1,
    max(measured) FILTER (WHERE place = least(many, greatest(1, floor((3 * many + 5) / 12.0)) + 1)) AS high_1,
    max(measured) FILTER (WHERE place = floor((9 * many + 7) / 12.0)) AS low_3,
    max(measured) FILTER (WHERE place = least(many, floor((9 * many + 7) / 12.0) + 1)) AS high_3
  FROM in_order
  GROUP BY many
),
quartiles AS (
  SELECT many, round(low_1 + (high_1 - low_1) * part_1, 12) AS q1, round(low_3 + (high_3 - low_3) * part_3, 12) AS q3
  FROM neighbours
),
outliers AS (
  SELECT varieties.supplier, varieties.supplier_name, varieties.classes, varieties.processes, quartiles.q1,
    quartiles.q3, round(quartiles.q3 + $fence * (quartiles.q3 - quartiles.q1), 12) AS upper_fence
  FROM varieties
  JOIN quartiles ON quartiles.q3 > quartiles.q1
    AND varieties.classes >= round(quartiles.q3 + $fence * (quartiles.q3 - quartiles.q1), 12)
),
-- One row stands for each class; the unit is the one that bought most often.
first_of_class AS (
  SELECT row_id, supplier, class
  FROM of_sole_suppliers
  QUALIFY row_number() OVER (PARTITION BY supplier, class ORDER BY row_id) = 1
),
main_units AS (
  SELECT supplier, unit_id, currency, sum(amount) AS total, max(on_date) AS on_date
  FROM of_sole_suppliers
  GROUP BY supplier, unit_id, currency
  QUALIFY row_number() OVER (PARTITION BY supplier ORDER BY count(*) DESC, unit_id, currency) = 1
)
SELECT main_units.unit_id, outliers.supplier, outliers.supplier_name, outliers.classes, outliers.processes,
  outliers.q1, outliers.q3, outliers.upper_fence,
  array_to_string(list_sort(list(DISTINCT first.class) FILTER (WHERE first.class IS NOT NULL)), '、') AS class_list,
  CAST(main_units.total AS DECIMAL(18, 2)) AS total, main_units.currency, main_units.on_date,
  list_sort(list(first.row_id)) AS purchase_item_rows
FROM outliers
JOIN main_units ON main_units.supplier = outliers.supplier
JOIN first_of_class AS first ON first.supplier = outliers.supplier
GROUP BY main_units.unit_id, outliers.supplier, outliers.supplier_name, outliers.classes, outliers.processes,
  outliers.q1, outliers.q3, outliers.upper_fence, main_units.total, main_units.currency, main_units.on_date
