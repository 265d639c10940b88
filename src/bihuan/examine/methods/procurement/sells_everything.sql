/*
id: sells_everything
title: {zh: 一家供应商什么都卖, en: One supplier sells whatever is asked for}
status: trial
role: lead
level: medium
basis: []
why:
  zh: 同一供应商中标的门类远多于中标次数相近的其他供应商，可能只是过手转包的空壳；其供货能力应核实。
  en: A supplier wins far more kinds of things than others with as many awards; it may only pass orders on, and whether it can deliver should be seen.
not_when:
  zh: 百货、电商平台和集团统一投标的综合供应商。
  en: A department store, an online platform, a group that bids as one.
ask:
  zh: 社保参保人数、仓库和设备、进货发票，货物实际由谁交付。
  en: Insured staff, stores and equipment, purchase invoices, who really delivered.
reads: [purchase_item]
population: {table: purchase_item, where: "stage = 'award' AND classification IS NOT NULL"}
scope: all
params: {digits: 2, least_processes: 8, least_classes: 6, least_times: 3, least_others: 3, share_of_processes: 0.5}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: on_date}
reason:
  zh: "{supplier_name}{processes}次中标涉及{classes}个门类（{class_list}），中标次数相近的其他{others}家一般为{usual}个。"
  en: "{supplier_name} won {processes} times in {classes} classes ({class_list}); {others} others with about as many awards usually have {usual}."
examples:
  - says: a firm with six kinds beside three that sell one thing each; these are left alone
    given:
      purchase_item:
        - &item {ocid: P01, stage: award, parent_id: A1, item_id: "1", item: 货物, classification: A0201, supplier_id: S1, supplier_name: 甲公司, on_date: 2025-03-01, currency: CNY}
        - {<<: *item, ocid: P02, classification: A0501}
        - {<<: *item, ocid: P03, classification: A0703}
        - {<<: *item, ocid: P04, classification: B0101}
        - {<<: *item, ocid: P05, classification: C1604}
        - {<<: *item, ocid: P06, classification: C2309}
        - {<<: *item, ocid: P07, classification: A0202}
        - {<<: *item, ocid: P08, classification: A0502}
        - {<<: *item, ocid: P09, supplier_id: S2, supplier_name: 乙公司}
        - {<<: *item, ocid: P10, supplier_id: S2, supplier_name: 乙公司}
        - {<<: *item, ocid: P11, supplier_id: S2, supplier_name: 乙公司}
        - {<<: *item, ocid: P12, supplier_id: S2, supplier_name: 乙公司}
        - {<<: *item, ocid: P13, supplier_id: S3, supplier_name: 丙公司}
        - {<<: *item, ocid: P14, supplier_id: S3, supplier_name: 丙公司}
        - {<<: *item, ocid: P15, supplier_id: S3, supplier_name: 丙公司}
        - {<<: *item, ocid: P16, supplier_id: S3, supplier_name: 丙公司}
        - {<<: *item, ocid: P17, supplier_id: S4, supplier_name: 丁公司}
        - {<<: *item, ocid: P18, supplier_id: S4, supplier_name: 丁公司}
        - {<<: *item, ocid: P19, supplier_id: S4, supplier_name: 丁公司}
        - {<<: *item, ocid: P20, supplier_id: S4, supplier_name: 丁公司}
    expect:
      - {supplier: S1, classes: 6, processes: 8, others: 3, purchase_item_rows: [1, 2, 3, 4, 5, 6, 7, 8]}
*/
-- Codes that begin with a letter (A02…) have one character more in their first level.
WITH delivered AS (
  SELECT row_id, coalesce(unit_id, unit_name) AS unit_id, coalesce(ocid, tender_id) AS process,
    coalesce(supplier_id, supplier_name) AS supplier, supplier_name, currency, on_date,
    coalesce(amount, try_cast(CAST(price AS DOUBLE) * CAST(quantity AS DOUBLE) AS DECIMAL(18, 2))) AS amount,
    left(classification, CASE WHEN regexp_matches(classification, '^[A-Za-z]') THEN $digits + 1 ELSE $digits END) AS class
  FROM purchase_item
  WHERE stage = 'award' AND classification IS NOT NULL AND coalesce(supplier_id, supplier_name) IS NOT NULL
),
varieties AS (
  SELECT supplier, max(supplier_name) AS supplier_name, count(DISTINCT class) AS classes,
    count(DISTINCT process) AS processes
  FROM delivered
  GROUP BY supplier
),
-- Others that won at least half as often: how many kinds they usually deliver.
compared AS (
  SELECT one.supplier, count(*) AS others, median(CAST(other.classes AS DOUBLE)) AS usual
  FROM varieties AS one
  JOIN varieties AS other ON other.supplier <> one.supplier
    AND other.processes >= least(one.processes * $share_of_processes, $least_processes * $share_of_processes)
  WHERE one.processes >= $least_processes AND one.classes >= $least_classes
  GROUP BY one.supplier
),
-- The unit is the one that bought most often.
main_units AS (
  SELECT supplier, unit_id, currency
  FROM delivered
  GROUP BY supplier, unit_id, currency
  QUALIFY row_number() OVER (PARTITION BY supplier ORDER BY count(*) DESC, unit_id, currency) = 1
)
SELECT main_units.unit_id, varieties.supplier, varieties.supplier_name, varieties.classes, varieties.processes,
  compared.others, round(compared.usual, 1) AS usual, main_units.currency, max(delivered.on_date) AS on_date,
  CAST(sum(delivered.amount) AS DECIMAL(18, 2)) AS total,
  array_to_string(list_sort(list(DISTINCT delivered.class) FILTER (WHERE delivered.class IS NOT NULL)), '、') AS class_list,
  list_sort(list(delivered.row_id)) AS purchase_item_rows
FROM compared
JOIN varieties ON varieties.supplier = compared.supplier
JOIN main_units ON main_units.supplier = compared.supplier
JOIN delivered ON delivered.supplier = compared.supplier
WHERE compared.others >= $least_others AND varieties.classes >= compared.usual * $least_times
GROUP BY main_units.unit_id, varieties.supplier, varieties.supplier_name, varieties.classes, varieties.processes,
  compared.others, compared.usual, main_units.currency
