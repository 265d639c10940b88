/*
id: payee_account_is_a_person
title: {zh: 商品和服务支出付给个人, en: Goods and services were paid to a person}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 采购、工程、维修、会议等支出一般付给单位。付到个人名下，可能是套取现金、虚列支出或公款私存。
  en: Purchases, works, repairs and meetings are normally paid to firms. Money paid to a person may be cash taken out or spending made up.
not_when:
  zh: 工资、津补贴、助学金等依规发放；公务卡还款、差旅报销；有劳务合同并代扣个税的劳务费、讲课费；个体工商户经营者账户。
  en: Wages, benefits and grants; official cards and travel claims; labour and lecture fees under contract with tax withheld; the account of a sole trader.
ask:
  zh: 报销单、发票或劳务清单、签收记录，收款个人与本单位的关系。
  en: The claim, invoice or list of labour, signed receipts, how the person is related to the unit.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL"}
scope: lookback
params: {least_amount: 5000, least_each: 1000}
lead: {unit: unit_id, subject: [payee_name, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{paid_year}年向{payee_name}（个人，或以单位名义进入个人银行卡）支付{times}笔共{total}，用途为“{purposes}”。"
  en: "In {paid_year} {payee_name} (a person, or a firm's name at a personal card) was paid {total} in {times} payments for “{purposes}”."
examples:
  - says: office supplies to a person; wages, a firm, an official card, a lecture fee and a small sum are left alone
    given:
      payment:
        - &paid {unit_id: U1, payee_name: 李国强, amount: 38000.00, purpose: 购办公用品, economic_code: "30201", paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 王芳, purpose: 发放3月工资, economic_code: "30101"}
        - {<<: *paid, payee_name: 云禾印务中心}
        - {<<: *paid, payee_name: 赵敏, purpose: 公务卡还款}
        - {<<: *paid, payee_name: 欧阳明, purpose: 专家讲课费, economic_code: "30226"}
        - {<<: *paid, payee_name: 孙丽, amount: 300.00}
        - {<<: *paid, payee_name: 农行营业部}
        - {<<: *paid, payee_name: 诸葛建国, purpose: 维修费, amount: 12000.00}
        # over three persons; a firm's name at a card; returned
        - {<<: *paid, payee_name: 许志, purpose: 信息采集设备款, amount: 4800.00}
        - {<<: *paid, payee_name: 蒋琴, purpose: 信息采集设备款, amount: 4900.00, paid_on: 2025-03-05}
        - {<<: *paid, payee_name: 高丹, purpose: 信息采集设备款, amount: 4700.00, paid_on: 2025-03-06}
        - {<<: *paid, payee_name: 甲建材公司, payee_account: 6217 0012 3456 7890 123, purpose: 砌筑材料款}
        - {<<: *paid, payee_name: 乙建材公司, payee_account: "13001010400000001", purpose: 砌筑材料款}
        - {<<: *paid, payee_name: 何伟, purpose: 围墙款}
        - {<<: *paid, payee_name: 何伟, purpose: 退回围墙款, amount: -38000.00, paid_on: 2025-08-03}
    expect:
      - {unit_id: U1, payee_name: 李国强, total: 38000.00, payment_rows: [1]}
      - {unit_id: U1, payee_name: 诸葛建国, total: 12000.00, payment_rows: [8]}
      - {unit_id: U1, payee_name: 蒋琴、许志、高丹, total: 14400.00, payment_rows: [9, 10, 11]}
      - {unit_id: U1, payee_name: 甲建材公司, payment_rows: [12]}
*/
WITH -- What came back answers the latest payment of that sum to that payee, one for one.
returns AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, -amount AS amount, paid_on,
    row_number() OVER (PARTITION BY unit_id, coalesce(payee_name, payee_id), amount ORDER BY paid_on DESC, row_id DESC) AS place
  FROM payment
  WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
),
last_return AS (
  SELECT unit_id, payee, amount, max(paid_on) AS paid_on
  FROM returns
  GROUP BY unit_id, payee, amount
),
gone_out AS (
  SELECT payment.row_id, payment.unit_id, last_return.payee, payment.amount, payment.paid_on,
    row_number() OVER (PARTITION BY payment.unit_id, last_return.payee, payment.amount
      ORDER BY payment.paid_on DESC, payment.row_id DESC) AS place
  FROM payment
  JOIN last_return ON last_return.unit_id = payment.unit_id AND last_return.payee = coalesce(payment.payee_name, payment.payee_id)
    AND last_return.amount = payment.amount AND payment.paid_on <= last_return.paid_on
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
answered AS (
  SELECT gone_out.row_id
  FROM gone_out
  JOIN returns ON returns.unit_id = gone_out.unit_id AND returns.payee = gone_out.payee AND returns.amount = gone_out.amount
    AND returns.place = gone_out.place AND returns.paid_on >= gone_out.paid_on
),
to_persons AS (
  SELECT row_id, unit_id, payee_name, amount, currency, paid_on, purpose, extract(year FROM paid_on) AS paid_year,
    strftime(paid_on, '%Y-%m') AS paid_month,
    regexp_replace(coalesce(purpose, ''), '[0-9０-９（）()、，第批期次年月日]', '', 'g') AS thing
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
    AND (regexp_matches(payee_name, '公司$') AND regexp_matches(regexp_replace(coalesce(payee_account, ''), '[^0-9]', '', 'g'), '^62[0-9]{14,17}$')
      OR regexp_matches(payee_name, '^[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄封芮储靳段焦谷车侯全班秋仲伊宫宁仇甘厉祖武符刘景詹龙叶幸司黎薄印宿白蒲邰鄂索赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳逄姬申扶冉宰雍桑桂濮牛寿通边扈燕冀浦尚农温庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾母沙养鞠须丰巢关相查后荆红游竺权盖益桓公肖付代闫][一-龥]{1,2}$')
      OR regexp_matches(payee_name, '^(欧阳|上官|诸葛|司马|夏侯|皇甫|东方|尉迟|公孙|令狐|慕容|司徒|端木|南宫|独孤)[一-龥]{1,2}$'))
    AND NOT regexp_matches(payee_name, '(局|院|校|店|部|厅|所|站|社|厂|行|处|中心|超市|酒店|宾馆|委|会|队|馆|园|科)$')
    AND NOT regexp_matches(coalesce(economic_code, ''), '^(301|303|304|30226|30211|30216|50901|50902|50903|505|501)')
    AND NOT regexp_matches(coalesce(purpose, ''),
      '工资|津贴|补贴|补助|绩效|奖金|社保|公积金|助学|奖学|退休|抚恤|丧葬|救助|慰问|低保|公务卡|差旅|劳务|讲课|评审|咨询费|稿费|报销|伙食|探亲|赔偿|征地|拆迁|惠农|一卡通|医药费|托育|生活费|遗属')
),
-- One thing that several persons were paid for in a month is one story.
shared_among AS (
  SELECT unit_id, thing, paid_month
  FROM to_persons
  WHERE length(thing) >= 4 AND amount >= $least_each
  GROUP BY unit_id, thing, paid_month
  HAVING count(DISTINCT payee_name) > 1
),
told AS (
  SELECT to_persons.row_id, to_persons.unit_id, to_persons.payee_name, to_persons.amount, to_persons.currency, to_persons.paid_on,
    to_persons.purpose, to_persons.paid_year,
    CASE WHEN shared_among.thing IS NULL THEN to_persons.payee_name ELSE concat(shared_among.paid_month, shared_among.thing) END AS story
  FROM to_persons
  LEFT JOIN shared_among ON shared_among.unit_id = to_persons.unit_id AND shared_among.thing = to_persons.thing
    AND shared_among.paid_month = to_persons.paid_month AND to_persons.amount >= $least_each
)
SELECT unit_id, array_to_string(list_sort(list(DISTINCT payee_name) FILTER (WHERE payee_name IS NOT NULL)), '、') AS payee_name, paid_year, currency, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, count(*) AS times,
  max(paid_on) AS last_paid_on, array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM told
GROUP BY unit_id, story, paid_year, currency
HAVING sum(amount) >= $least_amount
