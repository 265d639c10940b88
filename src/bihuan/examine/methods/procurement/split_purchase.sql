/*
id: split_purchase
title: {zh: 化整为零规避招标（政府采购）, en: A purchase split to stay below a limit}
status: stable
role: lead
level: medium
basis: [gp-28, gpr-28, tender-4]
why:
  zh: 短期内同一单位就同一内容或向同一供应商签了几份合同，每份都低于限额、合计超过，可能把一项采购拆开以规避公开招标。
  en: Within months a unit signed several contracts for one thing, or with one supplier, each below a limit and above it together.
not_when:
  zh: 不同年度预算分批下达；内容确实不同；公开招标一次分包的；框架协议、定点采购下的订单。
  en: Budgets given in stages, truly different things, lots of one open tender, orders under a framework.
ask:
  zh: 预算批复和采购计划，各合同的立项时间和审批，为何不合并采购。
  en: Budget and purchase plan, when each was decided and by whom, why they were not bought together.
reads: [contract, unit_parameter]
optional: [tender]
population: {table: contract, where: "amount > 0 AND coalesce(status, 'active') <> 'cancelled'"}
scope: lookback
params: {window_days: 90, near_share: 0.5, close_share: 0.75, least_share: 0.3, least_of_place: 3, open_limit: 2000000, limit_currency: CNY}
lead: {unit: unit_id, subject: [what, purchase_limit, first_on], amount: total, currency: currency, on: last_on}
reason:
  zh: "{first_on}至{last_on}，“{what}”分{pieces}份合同，最大一份{largest}，均低于限额{purchase_limit}，合计{total}。"
  en: "“{what}”: {pieces} contracts between {first_on} and {last_on}, none above {largest}, all below the limit of {purchase_limit}, {total} together."
examples:
  - says: two contracts of one firm, one title cut by number, and three works on one building by three firms; an open tender in lots, far-off dates, orders of a framework and small sums are left alone
    given:
      unit_parameter:
        - {name: procurement_limit_500000, value: "500000"}
      tender:
        - {ocid: P9, tender_id: T9, method: open}
      contract:
        - &signed {contract_no: C1, title: 办公楼维修, supplier_id: S1, supplier_name: 甲公司, amount: 380000.00, signed_on: 2025-03-01, status: active}
        - {<<: *signed, contract_no: C2, title: 会议室装修, signed_on: 2025-03-20}
        - {<<: *signed, contract_no: C3, title: 课桌椅采购（第一批）, supplier_id: S2, supplier_name: 乙公司, amount: 400000.00}
        - {<<: *signed, contract_no: C4, title: 课桌椅采购（第二批）, supplier_id: S3, supplier_name: 丙公司, amount: 390000.00, signed_on: 2025-04-02}
        - {<<: *signed, ocid: P9, contract_no: C5, title: 道路一标段, supplier_id: S4, supplier_name: 其他公司4}
        - {<<: *signed, ocid: P9, contract_no: C6, title: 道路二标段, supplier_id: S4, supplier_name: 其他公司4}
        - {<<: *signed, contract_no: C7, title: 印刷, supplier_id: S5, supplier_name: 其他公司5}
        - {<<: *signed, contract_no: C8, title: 印刷品, supplier_id: S5, supplier_name: 其他公司5, signed_on: 2025-09-20}
        - {<<: *signed, contract_no: C9, title: 公务用车定点维修, supplier_id: S6, supplier_name: 其他公司6}
        - {<<: *signed, contract_no: C10, title: 公务用车定点维修, supplier_id: S6, supplier_name: 其他公司6}
        - {<<: *signed, contract_no: C11, title: 电脑, supplier_id: S7, supplier_name: 其他公司7, amount: 50000.00}
        - {<<: *signed, contract_no: C12, title: 打印机, supplier_id: S7, supplier_name: 其他公司7, amount: 60000.00}
        - {<<: *signed, contract_no: C13, title: 综合楼外墙维修, supplier_id: S8, supplier_name: 其他公司8, amount: 380000.00, signed_on: 2025-06-02}
        - {<<: *signed, contract_no: C14, title: 综合楼屋面防水维修, supplier_id: S9, supplier_name: 其他公司9, amount: 410000.00, signed_on: 2025-06-20}
        - {<<: *signed, contract_no: C15, title: 综合楼门窗更换, supplier_id: S10, supplier_name: 其他公司10, amount: 290000.00, signed_on: 2025-07-11}
        # titles that begin with the buyer's place or name say nothing of a building
        - {<<: *signed, unit_id: 白云县水务局, unit_name: 白云县水务局, contract_no: C16, title: 白云县水务局水泵采购, supplier_id: S11, supplier_name: 其他公司11}
        - {<<: *signed, unit_id: 白云县水务局, unit_name: 白云县水务局, contract_no: C17, title: 白云县水务局车辆保险, supplier_id: S12, supplier_name: 其他公司12}
        - {<<: *signed, unit_id: 白云县水务局, unit_name: 白云县水务局, contract_no: C18, title: 白云县水务局防汛物资, supplier_id: S13, supplier_name: 其他公司13}
    expect:
      - {what: 甲公司, purchase_limit: 500000, pieces: 2, total: 760000.00, contract_rows: [1, 2]}
      - {what: 课桌椅采购, purchase_limit: 500000, pieces: 2, total: 790000.00, contract_rows: [3, 4]}
      - {what: 综合楼, purchase_limit: 500000, pieces: 3, total: 1080000.00, contract_rows: [13, 14, 15]}
*/
WITH competitive AS (
  SELECT DISTINCT coalesce(ocid, tender_id) AS process
  FROM tender
  WHERE method IN ('open', 'selective')
  UNION
  SELECT coalesce(ocid, tender_id) AS process
  FROM contract
  WHERE coalesce(ocid, tender_id) IS NOT NULL
  GROUP BY coalesce(ocid, tender_id)
  HAVING count(*) > 1
),
-- What went through an open tender, several contracts of one procedure, or an order within a framework, is not split.
signed AS (
  SELECT contract.row_id, coalesce(contract.unit_id, contract.unit_name) AS unit_id,
    coalesce(contract.supplier_name, contract.supplier_id) AS supplier, contract.amount, contract.currency,
    contract.signed_on, contract.unit_name, regexp_matches(coalesce(contract.method_details, ''), '磋商|谈判|询价|竞价|比选') AS is_competed,
    nullif(regexp_replace(regexp_replace(replace(coalesce(contract.title, ''), coalesce(contract.unit_name, '—'), ''),
      '第?[0-9０-９一二三四五六七八九十]+(期|批|次|标段|标|包|段)?|[（(].*[)）]', '', 'g'), '[-—_、，,. 期批次标段包]+$', '', 'g'), '') AS title
  FROM contract
  ANTI JOIN competitive ON competitive.process = coalesce(contract.ocid, contract.tender_id)
  WHERE contract.amount > 0 AND coalesce(contract.status, 'active') <> 'cancelled' AND contract.signed_on IS NOT NULL
    AND contract.currency = $limit_currency
    AND NOT regexp_matches(concat_ws(' ', contract.title, contract.kind), '框架|定点|协议供货|框采|年度入围|劳动合同|租赁')
    AND NOT regexp_matches(coalesce(contract.method_details, ''), '公开招标|邀请招标|框架|定点')
),
limits AS (
  SELECT unit_id, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS purchase_limit
  FROM unit_parameter
  WHERE starts_with(name, 'procurement_limit')
),
named AS (
  SELECT row_id, unit_id, supplier AS what, 'supplier' AS kind, amount, currency, signed_on, supplier, is_competed
  FROM signed
  WHERE supplier IS NOT NULL
  UNION ALL
  SELECT row_id, unit_id, title AS what, 'title' AS kind, amount, currency, signed_on, supplier, is_competed
  FROM signed
  WHERE length(title) >= 3
  UNION ALL
  SELECT row_id, unit_id, left(title, 3) AS what, 'place' AS kind, amount, currency, signed_on, supplier, is_competed
  FROM signed
  WHERE length(title) >= 5 AND NOT starts_with(coalesce(unit_name, ''), left(title, 2))
),
-- What went through a competition below the open tender evades the limit of the open tender only.
below AS (
  SELECT DISTINCT named.row_id, named.unit_id, named.what, named.kind, named.amount, named.currency, named.signed_on,
    named.supplier, limits.purchase_limit
  FROM named
  JOIN limits ON limits.unit_id = named.unit_id AND limits.valid_from <= named.signed_on
    AND named.signed_on < limits.valid_to AND named.amount < limits.purchase_limit
    AND named.amount >= limits.purchase_limit * $least_share
    AND (NOT named.is_competed OR limits.purchase_limit >= $open_limit)
),
in_order AS (
  SELECT row_id, unit_id, what, kind, amount, currency, signed_on, supplier, purchase_limit,
    lag(signed_on) OVER (PARTITION BY unit_id, kind, what, currency, purchase_limit ORDER BY signed_on, row_id
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS signed_before
  FROM below
),
in_stretches AS (
  SELECT row_id, unit_id, what, kind, amount, currency, signed_on, supplier, purchase_limit,
    sum(CASE WHEN signed_before IS NULL OR date_diff('day', signed_before, signed_on) > $window_days THEN 1 ELSE 0 END)
      OVER (PARTITION BY unit_id, kind, what, currency, purchase_limit ORDER BY signed_on, row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM in_order
),
splits AS (
  SELECT unit_id, what, kind, currency, purchase_limit, stretch, count(*) AS pieces, min(signed_on) AS first_on,
    max(signed_on) AS last_on, max(amount) AS largest, sum(amount) AS total, min(row_id) AS first_row,
    list_sort(list(row_id)) AS contract_rows
  FROM in_stretches
  GROUP BY unit_id, what, kind, currency, purchase_limit, stretch
  HAVING sum(amount) >= purchase_limit AND count(*) FILTER (WHERE amount >= purchase_limit * $near_share) >= 2
    AND date_diff('day', min(signed_on), max(signed_on)) <= 4 * $window_days
    AND (kind <> 'supplier' OR count(*) FILTER (WHERE amount >= purchase_limit * $near_share) >= $least_of_place
      OR count(*) FILTER (WHERE amount >= purchase_limit * $close_share) >= 2)
    AND (kind <> 'place' OR count(*) FILTER (WHERE amount >= purchase_limit * $near_share) = count(*) AND count(*) >= $least_of_place)
),
-- One supplier may sell different things twice: three pieces of half the limit are asked for, or two close below it.
-- One set of contracts is one lead: by title before by supplier before by the place that titles begin with, the limit nearest above the pieces.
ranked AS (
  SELECT unit_id, what, currency, purchase_limit, pieces, first_on, last_on, largest, total, contract_rows,
    row_number() OVER (PARTITION BY unit_id, first_row ORDER BY CASE kind WHEN 'title' THEN 0 WHEN 'supplier' THEN 1 ELSE 2 END,
      purchase_limit, what) AS place
  FROM splits
)
SELECT unit_id, what, currency, purchase_limit, pieces, first_on, last_on, largest,
  CAST(total AS DECIMAL(18, 2)) AS total, contract_rows
FROM ranked
WHERE place = 1
