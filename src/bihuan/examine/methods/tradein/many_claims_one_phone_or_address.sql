/*
id: many_claims_one_phone_or_address
title: {zh: 同一电话或收货地址多人申领, en: Many people claim with one phone or to one address}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 许多互不相干的购买人留同一手机号，或货都送到同一门牌，可能是商家或中介收集身份信息集中套取补贴。
  en: Many unrelated buyers give one phone, or all goods go to one door; a shop or an agent may have collected identities to draw the subsidy.
not_when:
  zh: 子女替父母留号；代收点、宿舍、村委会；物业或单位统一团购。
  en: Children who give their number for their parents; parcel stations, dormitories, village offices; a group purchase.
ask:
  zh: 机主和房主是谁，逐户走访是否收到货，申领时的人脸或验证码记录。
  en: Whose phone and whose door it is, visits to the buyers, the record of face or code at the time of the claim.
reads: [claim, unit_parameter]
population: {table: claim, where: "amount > 0 AND (phone IS NOT NULL OR address IS NOT NULL)"}
scope: all
params: {shortest_address: 6, one_shop_share: 0.6, crowd: 10, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", shared: "驿站|代收|代取|自提|快递|物流|村委|居委|村民委员会|宿舍|敬老院|养老院|福利院|学校|公寓"}
lead: {unit: unit_id, subject: [mark_key], amount: total, currency: currency, on: last_on}
reason:
  zh: "{people}名购买人申领时留同一{kind}，共{times}笔，补贴{total}，涉及{shops}。"
  en: "{people} buyers gave one {kind} in {times} claims for {total} at {shops}."
examples:
  - says: five on one phone; three at one door written in three ways where two are the limit; a parcel station, a large family at several shops and one of two are left alone
    given:
      unit_parameter:
        - {name: tradein_most_on_one_phone, valid_from: 2000-01-01, value: "4"}
        - {name: tradein_most_at_one_address, valid_from: 2000-01-01, value: "2"}
      claim:
        - &sold {shop_name: 甲店, applicant: 王一, applicant_id_no: "1", phone: "13800001111", amount: 500.00, bought_on: 2025-03-05}
        - {<<: *sold, applicant: 王二, applicant_id_no: "2"}
        - {<<: *sold, applicant: 王三, applicant_id_no: "3", shop_name: 乙店}
        - {<<: *sold, applicant: 王四, applicant_id_no: "4", phone: "+86 138-0000-1111"}
        - {<<: *sold, applicant: 王五, applicant_id_no: "5"}
        - {<<: *sold, applicant: 李一, applicant_id_no: "6", phone: "13800002222", address: "云禾县城关镇建设路12号3栋201室"}
        - {<<: *sold, applicant: 李二, applicant_id_no: "7", phone: "13800003333", address: "城关镇 建设路12号3幢201"}
        - {<<: *sold, applicant: 李三, applicant_id_no: "8", phone: "13800004444", address: "云禾县城关镇建设路12号3号楼201室"}
        - {<<: *sold, applicant: 赵一, applicant_id_no: "9", phone: "13800005551", address: 石桥镇东庄村1组2号（菜鸟驿站）}
        - {<<: *sold, applicant: 赵二, applicant_id_no: "10", phone: "13800005552", address: 石桥镇东庄村1组2号（菜鸟驿站）}
        - {<<: *sold, applicant: 赵三, applicant_id_no: "11", phone: "13800005553", address: 石桥镇东庄村1组2号（菜鸟驿站）}
        - &family {<<: *sold, applicant: 周一, applicant_id_no: "21", phone: "13800007771", address: 石桥镇南庄村1组20号, shop_name: 乙店}
        - {<<: *family, applicant: 周二, applicant_id_no: "22", phone: "13800007772", shop_name: 丙店}
        - {<<: *family, applicant: 周三, applicant_id_no: "23", phone: "13800007773", shop_name: 丁店}
        - {<<: *sold, applicant: 孙一, applicant_id_no: "12", phone: "13800006666", address: 石桥镇西庄村1组20号}
        - {<<: *sold, applicant: 孙二, applicant_id_no: "13", phone: "13800006666", address: 石桥镇西庄村1组20号}
    expect:
      - {people: 5, kind: 电话 phone, claim_rows: [1, 2, 3, 4, 5]}
      - {people: 3, kind: 地址 address, claim_rows: [6, 7, 8]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(shop_name, shop_id, '') AS shop, coalesce(applicant_id_no, applicant) AS buyer, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on,
    right(regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g'), 11) AS phone,
    CASE WHEN regexp_matches(coalesce(address, ''), $shared) THEN ''
      ELSE regexp_replace(regexp_replace(regexp_replace(regexp_replace(coalesce(address, ''), '[^0-9A-Za-z一-龥]', '', 'g'),
        '^([一-龥]{2,3}省)?([一-龥]{2,3}市)?([一-龥]{2,7}县)?', '', 'g'), '幢|号楼|座', '栋', 'g'), '[室号户]$', '', 'g') END AS address
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
),
marks AS (
  SELECT row_id, unit_id, shop, buyer, amount, currency, bought_on, '电话 phone' AS kind, phone AS mark,
    'tradein_most_on_one_phone' AS limit_name
  FROM live
  WHERE length(phone) >= 7 AND replace(phone, left(phone, 1), '') <> ''
  UNION ALL
  SELECT row_id, unit_id, shop, buyer, amount, currency, bought_on, '地址 address' AS kind, address AS mark,
    'tradein_most_at_one_address' AS limit_name
  FROM live
  WHERE length(address) >= $shortest_address AND regexp_matches(address, '[0-9]')
),
limited AS (
  SELECT marks.row_id, marks.unit_id, marks.shop, marks.buyer, marks.amount, marks.currency, marks.bought_on, marks.kind, marks.mark,
    CAST(rule.value AS DECIMAL(18, 0)) AS most
  FROM marks
  JOIN unit_parameter AS rule ON rule.unit_id = marks.unit_id AND rule.name = marks.limit_name
    AND marks.bought_on >= rule.valid_from AND marks.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
),
by_shop AS (
  SELECT unit_id, kind, mark, currency, shop, count(*) AS claims
  FROM limited
  GROUP BY unit_id, kind, mark, currency, shop
),
busiest AS (
  SELECT unit_id, kind, mark, currency, max(claims) AS claims
  FROM by_shop
  GROUP BY unit_id, kind, mark, currency
)
SELECT limited.unit_id, md5(concat(limited.kind, limited.mark)) AS mark_key, max(limited.kind) AS kind, limited.currency,
  count(DISTINCT limited.buyer) AS people, count(*) AS times, CAST(sum(limited.amount) AS DECIMAL(18, 2)) AS total,
  max(limited.bought_on) AS last_on,
  array_to_string(list_sort(list(DISTINCT limited.shop) FILTER (WHERE limited.shop IS NOT NULL)), '、') AS shops,
  list_sort(list(limited.row_id)) AS claim_rows
FROM limited
JOIN busiest ON busiest.unit_id = limited.unit_id AND busiest.kind = limited.kind AND busiest.mark = limited.mark
  AND busiest.currency IS NOT DISTINCT FROM limited.currency
GROUP BY limited.unit_id, limited.kind, limited.mark, limited.currency
HAVING count(DISTINCT limited.buyer) > max(limited.most)
  -- A large family, or two houses of one number, buy where they like; who claims for others does it at one shop.
  AND (max(limited.kind) = '电话 phone' OR max(busiest.claims) >= $one_shop_share * count(*) OR count(DISTINCT limited.buyer) >= $crowd)
