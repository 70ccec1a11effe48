// Data objects by tag: EMV Books 1-4 (annexes A, B), Contactless Books A-D and kernels 2-8, ISO/IEC
// 7816-4/6, and those of card schemes and card platforms that stand on cards in the field.

/**
 * One object per line: tag | source | format | length in bytes | templates | decoder | scope | name |
 * name in Chinese. An empty decoder means: by format. Where one tag means different
 * things, the first line is what it means when nothing else is known.
 *
 * source: icc, term, iss (issuer), any. format: a, an, ans, b, cn, n, dol, tl (tag list), tlv.
 * scope: emv, iso, ca (Contactless Books A and B), c2 and c8 (kernels 2 and 8), visa, amex, jcb,
 * upi, disc, gp (GlobalPlatform), cpm (consumer-presented QR). Objects of secure messaging are iso.
 */
export const tagRows = `
06|icc|b|0-127|-|oid|iso|Object Identifier|对象标识符
41|icc|b|0-32|-||iso|Country Code and National Data|
42|icc|n|3|BF0C 73||emv|Issuer Identification Number (IIN)|发卡机构标识号
43|icc|b|1|-||iso|Card Service Data|
44|icc|b|0-32|-||iso|Initial Access Data|
45|icc|b|0-32|-||iso|Card Issuer's Data|
46|icc|b|0-32|-||iso|Pre-issuing Data|
47|icc|b|0-32|-||iso|Card Capabilities|
48|icc|b|0-3|-||iso|Status Information|
4D|icc|b|0-255|-||iso|Extended Header List|
4F|icc|b|5-16|61|aid|emv|Application Dedicated File (ADF) Name|应用标识符（ADF 名称）
50|icc|ans|1-16|61 A5|text|emv|Application Label|应用标签
51|icc|b|0-255|61||iso|Path|
52|icc|b|0-239|61||iso|Command to Perform|
53|icc|b|0-255|-||iso|Discretionary Data|
56|icc|ans|0-76|70|track1|c2|Track 1 Data|第一磁道数据
57|icc|b|0-19|70 77|track2|emv|Track 2 Equivalent Data|第二磁道等价数据
59|icc|n|2|-||iso|Card Expiration Date|
5A|icc|cn|0-10|70 77|pan|emv|Application Primary Account Number (PAN)|应用主账号
5B|icc|ans|0-39|-||iso|Name of an Individual|
5C|any|tl|0-255|-||iso|Tag List|
5D|any|b|0-255|-||iso|Header List|
61|icc|tlv|0-252|70||emv|Application Template|应用模板
62|icc|tlv|0-252|-||iso|File Control Parameters (FCP) Template|
63|any|tlv|0-255|-||iso|Wrapper Template|
64|icc|tlv|0-255|-||iso|File Management Data (FMD) Template|
65|icc|tlv|0-255|-||iso|Cardholder Related Data Template|
66|icc|tlv|0-255|-||iso|Card Data Template|
67|icc|tlv|0-255|-||iso|Authentication Data Template|
68|icc|tlv|0-255|-||iso|Special User Requirements Template|
6E|icc|tlv|0-65535|-||iso|Application Related Data Template|
6F|icc|tlv|0-252|-||emv|File Control Information (FCI) Template|文件控制信息模板
70|icc|tlv|0-252|-||emv|READ RECORD Response Message Template|记录模板
71|iss|tlv|0-127|-||emv|Issuer Script Template 1|发卡行脚本模板 1
72|iss|tlv|0-127|-||emv|Issuer Script Template 2|发卡行脚本模板 2
73|icc|tlv|0-252|61||emv|Directory Discretionary Template|目录自定义模板
77|icc|tlv|0-65535|-||emv|Response Message Template Format 2|响应报文模板格式 2
78|any|tlv|0-255|-||iso|Compatible Tag Allocation Authority|
79|any|tlv|0-255|-||iso|Coexistent Tag Allocation Authority|
7D|any|tlv|0-255|-||iso|Secure Messaging Template|
7F21|icc|tlv|0-65535|-||iso|Cardholder Certificate|
7F49|icc|tlv|0-65535|-||iso|Cardholder Public Key Template|
7F60|icc|tlv|0-255|BF4A BF4B||emv|Biometric Information Template (BIT)|生物特征信息模板
7F66|icc|tlv|0-255|-||iso|Extended Length Information|
80|icc|b|0-253|-||emv|Response Message Template Format 1|响应报文模板格式 1
81|term|b|4|-|amount-binary|emv|Amount, Authorised (Binary)|授权金额（二进制）
82|icc|b|2|77 80|bits|emv|Application Interchange Profile (AIP)|应用交互特征
83|term|b|0-252|-||emv|Command Template|命令模板
84|icc|b|5-16|6F|aid|emv|Dedicated File (DF) Name|专用文件名称
85|any|b|0-255|-||iso|Proprietary Information|
86|iss|b|0-261|71 72|script-command|emv|Issuer Script Command|发卡行脚本命令
87|icc|b|1|61 A5|priority|emv|Application Priority Indicator|应用优先指示器
88|icc|b|1|A5|number|emv|Short File Identifier (SFI)|短文件标识符
89|iss|an|6|-|text|emv|Authorisation Code|授权码
8A|any|an|2|-|arc|emv|Authorisation Response Code|授权响应码
8C|icc|dol|0-252|70 77|dol|emv|Card Risk Management Data Object List 1 (CDOL1)|卡片风险管理数据对象列表 1
8D|icc|dol|0-252|70 77|dol|emv|Card Risk Management Data Object List 2 (CDOL2)|卡片风险管理数据对象列表 2
8E|icc|b|10-252|70 77|cvm-list|emv|Cardholder Verification Method (CVM) List|持卡人验证方法列表
8F|icc|b|1|70 77||emv|Certification Authority Public Key Index|认证中心公钥索引
90|icc|b|0-248|70 77||emv|Issuer Public Key Certificate|发卡行公钥证书
91|iss|b|8-16|-|issuer-authentication|emv|Issuer Authentication Data|发卡行认证数据
92|icc|b|0-248|70 77||emv|Issuer Public Key Remainder|发卡行公钥余项
93|icc|b|0-248|70 77||emv|Signed Static Application Data|签名的静态应用数据
94|icc|b|0-252|77 80|afl|emv|Application File Locator (AFL)|应用文件定位器
95|term|b|5|-|bits|emv|Terminal Verification Results (TVR)|终端验证结果
97|icc|dol|0-252|70 77|dol|emv|Transaction Certificate Data Object List (TDOL)|交易证书数据对象列表
98|term|b|20|-||emv|Transaction Certificate (TC) Hash Value|交易证书哈希值
99|term|b|0-16|-||emv|Transaction Personal Identification Number (PIN) Data|交易 PIN 数据
9A|term|n|3|-|date|emv|Transaction Date|交易日期
9B|term|b|2|-|bits|emv|Transaction Status Information (TSI)|交易状态信息
9C|term|n|1|-|transaction-type|emv|Transaction Type|交易类型
9D|icc|b|5-16|61|aid|emv|Directory Definition File (DDF) Name|目录定义文件名称
9E|term|b|0-132|-||c8|Kernel Key Data|
A1|icc|tlv|0-255|7F60||emv|Biometric Header Template (BHT)|
A5|icc|tlv|0-252|6F||emv|File Control Information (FCI) Proprietary Template|文件控制信息专用模板
BF0C|icc|tlv|0-222|A5||emv|File Control Information (FCI) Issuer Discretionary Data|发卡行自定义数据
BF4A|icc|tlv|0-252|70 77||emv|Offline BIT Group Template|
BF4B|icc|tlv|0-252|70 77||emv|Online BIT Group Template|
BF4C|icc|tlv|0-252|-||emv|Biometric Try Counters Template|
BF4D|icc|tlv|0-252|-||emv|Preferred Attempts Template|
BF4E|term|tlv|0-65535|-||emv|Biometric Verification Data Template|
BF8101|term|tlv|0-65535|-||c8|Data To Send|
BF8102|term|tlv|0-65535|-||c8|Data Record|
BF8103|term|tlv|0-65535|-||c8|Discretionary Data|
BF8104|term|tlv|0-65535|-||c8|Data Envelopes To Write|
DF32|icc|b|0-16|-||upi|Chip Serial Number|芯片序列号
DF33|icc|b|0-16|-||upi|Process Key Data|过程密钥数据
DF34|term|b|0-16|-||upi|Terminal Read Time|终端读取时间
DF4B|any|b|3|-||c2|POS Cardholder Interaction Information|
DF50|icc|b|1|BF4C|number|emv|Facial Try Counter|
DF51|icc|b|1|BF4C|number|emv|Finger Try Counter|
DF52|icc|b|1|BF4C|number|emv|Iris Try Counter|
DF53|icc|b|1|BF4C|number|emv|Palm Try Counter|
DF54|icc|b|1|BF4C|number|emv|Voice Try Counter|
DF60|term|b|8|-||c2|DS Input (Card)|
DF60|icc|b|1|-||upi|CAPP Transaction Indicator|分段扣费交易指示位
DF61|term|b|0-8|-||c2|DS Digest H|
DF61|icc|b|1|-||upi|Sectioned Fare Application Flag|分段扣费应用标识
DF62|icc|b|0-8|-||c2|DS ODS Info|
DF62|icc|b|1|-||upi|Electronic Cash Sectioned Offset Limit|分段扣费抵扣限额
DF63|term|b|0-160|-||c2|DS ODS Term|
DF63|icc|b|6|-||upi|Electronic Cash Sectioned Amount|分段扣费已抵扣额
DF69|any|b|1|-||upi|SM2 Algorithm Support Indicator|国密算法支持指示器
DF8101|icc|b|0-16|-||c2|DS Summary 2|
DF8102|icc|b|0-16|-||c2|DS Summary 3|
DF8104|term|n|6|-||c2|Balance Read Before Gen AC|
DF8105|term|n|6|-||c2|Balance Read After Gen AC|
DF8106|term|tl|0-65535|-||c2|Data Needed|
DF8107|term|b|0-255|-||c2|CDOL1 Related Data|
DF8108|term|b|1|-||c2|DS AC Type|
DF8109|term|b|0-8|-||c2|DS Input (Term)|
DF810A|term|b|1|-||c2|DS ODS Info For Reader|
DF810B|term|b|1|-||c2|DS Summary Status|
DF810C|term|b|1|-|number|c2|Kernel ID|
DF810D|term|b|0-255|-||c2|DSVN Term|
DF810E|term|b|1|-||c2|Post-Gen AC Put Data Status|
DF810F|term|b|1|-||c2|Pre-Gen AC Put Data Status|
DF8110|term|b|1|-||c2|Proceed To First Write Flag|
DF8111|term|b|0-255|-||c2|PDOL Related Data|
DF8112|term|tl|0-65535|-||c2|Tags To Read|
DF8113|term|b|0-255|-||c2|DRDOL Related Data|
DF8114|term|b|1|-||c2|Reference Control Parameter|
DF8115|term|b|6|-|error-indication|c2|Error Indication|
DF8116|term|b|22|-|user-interface|c2|User Interface Request Data|
DF8117|term|b|1|-|bits|c2|Card Data Input Capability|
DF8118|term|b|1|-|bits|c2|CVM Capability - CVM Required|
DF8119|term|b|1|-|bits|c2|CVM Capability - No CVM Required|
DF811A|term|dol|0-255|-|dol|c2|Default UDOL|
DF811B|term|b|1|-|bits|c2|Kernel Configuration|
DF811C|term|b|2|-|number|c2|Max Lifetime of Torn Transaction Log Record|
DF811D|term|b|1|-|number|c2|Max Number of Torn Transaction Log Records|
DF811E|term|b|1|-||c2|Mag-stripe CVM Capability - CVM Required|
DF811F|term|b|1|-|bits|c2|Security Capability|
DF8120|term|b|5|-|bits-tvr|c2|Terminal Action Code - Default|终端行为代码—缺省
DF8121|term|b|5|-|bits-tvr|c2|Terminal Action Code - Denial|终端行为代码—拒绝
DF8122|term|b|5|-|bits-tvr|c2|Terminal Action Code - Online|终端行为代码—联机
DF8123|term|n|6|-|amount|c2|Reader Contactless Floor Limit|
DF8124|term|n|6|-|amount|c2|Reader Contactless Transaction Limit (No On-device CVM)|
DF8125|term|n|6|-|amount|c2|Reader Contactless Transaction Limit (On-device CVM)|
DF8126|term|n|6|-|amount|c2|Reader CVM Required Limit|
DF8127|term|b|2|-|number|c2|Time Out Value|
DF8128|term|b|1|-||c2|IDS Status|
DF8129|term|b|8|-|outcome|c2|Outcome Parameter Set|
DF812A|term|ans|0-56|-||c2|DD Card (Track1)|
DF812B|term|cn|0-11|-||c2|DD Card (Track2)|
DF812C|term|b|1|-||c2|Mag-stripe CVM Capability - No CVM Required|
DF812D|term|n|3|-||c2|Message Hold Time|
DF8130|term|b|1|-|number|c2|Hold Time Value|
DF8131|term|b|0-65535|-||c2|Phone Message Table|
DF8132|term|b|2|-|number|c2|Minimum Relay Resistance Grace Period|
DF8133|term|b|2|-|number|c2|Maximum Relay Resistance Grace Period|
DF8134|term|b|2|-|number|c2|Terminal Expected Transmission Time For Relay Resistance C-APDU|
DF8135|term|b|2|-|number|c2|Terminal Expected Transmission Time For Relay Resistance R-APDU|
DF8136|term|b|2|-|number|c2|Relay Resistance Accuracy Threshold|
DF8137|term|b|1|-|number|c2|Relay Resistance Transmission Time Mismatch Threshold|
DF8301|term|b|4|-||c2|Terminal Relay Resistance Entropy|
DF8302|icc|b|4|-||c2|Device Relay Resistance Entropy|
DF8303|icc|b|2|-|number|c2|Min Time For Processing Relay Resistance APDU|
DF8304|icc|b|2|-|number|c2|Max Time For Processing Relay Resistance APDU|
DF8305|icc|b|2|-|number|c2|Device Estimated Transmission Time For Relay Resistance R-APDU|
DF8306|term|b|2|-|number|c2|Measured Relay Resistance Processing Time|
DF8307|term|b|1|-|number|c2|RRP Counter|
FF8101|term|tlv|0-65535|-||c2|Torn Record|
FF8102|term|tlv|0-65535|-||c2|Tags To Write Before Gen AC|
FF8103|term|tlv|0-65535|-||c2|Tags To Write After Gen AC|
FF8104|term|tlv|0-65535|-||c2|Data To Send|
FF8105|term|tlv|0-65535|-||c2|Data Record|
FF8106|term|tlv|0-65535|-||c2|Discretionary Data|
5F20|icc|ans|2-26|70 77|text|emv|Cardholder Name|持卡人姓名
5F24|icc|n|3|70 77|date|emv|Application Expiration Date|应用失效日期
5F25|icc|n|3|70 77|date|emv|Application Effective Date|应用生效日期
5F28|icc|n|2|70 77|country|emv|Issuer Country Code|发卡行国家代码
5F2A|term|n|2|-|currency|emv|Transaction Currency Code|交易货币代码
5F2B|icc|n|4|-||iso|Date of Birth|
5F2D|icc|an|2-8|A5|languages|emv|Language Preference|首选语言
5F2E|icc|b|0-65535|-||iso|Cardholder Biometric Data|
5F30|icc|n|2|70 77|service-code|emv|Service Code|服务码
5F34|icc|n|1|70 77|digits|emv|Application Primary Account Number (PAN) Sequence Number|应用主账号序列号
5F35|icc|n|1|-||iso|Sex|
5F36|term|n|1|-|digits|emv|Transaction Currency Exponent|交易货币指数
5F37|icc|b|0-255|-||iso|Static Internal Authentication (One Step)|
5F40|icc|b|0-255|-||iso|Cardholder Portrait Image|
5F42|icc|b|0-255|-||iso|Cardholder Image|
5F44|icc|b|0-255|-||iso|Application Image|
5F45|icc|b|0-255|-||iso|Display Message|
5F49|icc|b|0-255|-||iso|Cardholder Public Key|
5F4C|icc|b|0-255|-||iso|Certificate Holder Authorisation|
5F50|icc|ans|0-255|BF0C 73|text|emv|Issuer URL|发卡行 URL
5F53|icc|b|0-34|BF0C 73||emv|International Bank Account Number (IBAN)|国际银行账号
5F54|icc|an|8-11|BF0C 73|text|emv|Bank Identifier Code (BIC)|银行标识代码
5F55|icc|a|2|BF0C 73|text|emv|Issuer Country Code (alpha2 format)|发卡行国家代码（两位字母）
5F56|icc|a|3|BF0C 73|text|emv|Issuer Country Code (alpha3 format)|发卡行国家代码（三位字母）
5F57|term|n|1|-|account-type|emv|Account Type|账户类型
9F01|term|n|6|-|digits|emv|Acquirer Identifier|收单行标识
9F02|term|n|6|-|amount|emv|Amount, Authorised (Numeric)|授权金额（数值型）
9F03|term|n|6|-|amount|emv|Amount, Other (Numeric)|其他金额（数值型）
9F04|term|b|4|-|amount-binary|emv|Amount, Other (Binary)|其他金额（二进制）
9F05|icc|b|1-32|70 77||emv|Application Discretionary Data|应用自定义数据
9F06|term|b|5-16|-|aid|emv|Application Identifier (AID) - terminal|应用标识符（终端）
9F07|icc|b|2|70 77|bits|emv|Application Usage Control (AUC)|应用用途控制
9F08|icc|b|2|70 77||emv|Application Version Number|应用版本号（卡片）
9F09|term|b|2|-||emv|Application Version Number - terminal|应用版本号（终端）
9F0A|icc|b|0-255|BF0C 73|asrpd|emv|Application Selection Registered Proprietary Data (ASRPD)|
9F0B|icc|ans|27-45|70 77|text|emv|Cardholder Name - Extended|持卡人姓名扩展
9F0C|icc|n|3-4|BF0C 73|digits|emv|Issuer Identification Number Extended (IINE)|发卡机构标识号扩展
9F0D|icc|b|5|70 77|bits-tvr|emv|Issuer Action Code - Default|发卡行行为代码—缺省
9F0E|icc|b|5|70 77|bits-tvr|emv|Issuer Action Code - Denial|发卡行行为代码—拒绝
9F0F|icc|b|5|70 77|bits-tvr|emv|Issuer Action Code - Online|发卡行行为代码—联机
9F10|icc|b|0-32|77 80|iad|emv|Issuer Application Data (IAD)|发卡行应用数据
9F11|icc|n|1|A5 73|digits|emv|Issuer Code Table Index|发卡行代码表索引
9F12|icc|ans|1-16|61 A5|text-local|emv|Application Preferred Name|应用首选名称
9F13|icc|b|2|-|number|emv|Last Online Application Transaction Counter (ATC) Register|上次联机应用交易计数器
9F14|icc|b|1|70 77|number|emv|Lower Consecutive Offline Limit|连续脱机交易下限
9F15|term|n|2|-|mcc|emv|Merchant Category Code (MCC)|商户类别代码
9F16|term|ans|15|-|text|emv|Merchant Identifier|商户标识
9F17|icc|b|1|-|number|emv|Personal Identification Number (PIN) Try Counter|PIN 尝试计数器
9F18|iss|b|4|71 72||emv|Issuer Script Identifier|发卡行脚本标识
9F19|icc|n|6|BF0C 73|digits|emv|Token Requestor ID|令牌请求方标识
9F1A|term|n|2|-|country|emv|Terminal Country Code|终端国家代码
9F1B|term|b|4|-|number|emv|Terminal Floor Limit|终端最低限额
9F1C|term|an|8|-|text|emv|Terminal Identification|终端标识
9F1D|term|b|1-8|-|bits|emv|Terminal Risk Management Data|终端风险管理数据
9F1E|term|an|8|-|text|emv|Interface Device (IFD) Serial Number|接口设备序列号
9F1F|icc|ans|0-54|70 77|text|emv|Track 1 Discretionary Data|第一磁道自定义数据
9F20|icc|cn|0-16|70 77|digits-cn|emv|Track 2 Discretionary Data|第二磁道自定义数据
9F21|term|n|3|-|time|emv|Transaction Time|交易时间
9F22|term|b|1|-||emv|Certification Authority Public Key Index - terminal|认证中心公钥索引（终端）
9F23|icc|b|1|70 77|number|emv|Upper Consecutive Offline Limit|连续脱机交易上限
9F24|icc|an|29|70 77|text|emv|Payment Account Reference (PAR)|支付账户参考号
9F25|icc|n|2|70 77|digits|emv|Last 4 Digits of PAN|主账号末四位
9F26|icc|b|8|77 80||emv|Application Cryptogram (AC)|应用密文
9F27|icc|b|1|77 80|cid|emv|Cryptogram Information Data (CID)|密文信息数据
9F29|icc|b|0-16|61 BF0C||ca|Extended Selection|扩展选择
9F2A|icc|b|1-8|61|kernel-identifier|ca|Kernel Identifier|内核标识符
9F2B|term|b|8|-||c8|Kernel Qualifier|
9F2C|icc|b|7|-||c8|Card Qualifier|
9F2D|icc|b|0-248|70 77||emv|ICC PIN Encipherment Public Key Certificate|卡片 PIN 加密公钥证书
9F2E|icc|b|1-3|70 77||emv|ICC PIN Encipherment Public Key Exponent|卡片 PIN 加密公钥指数
9F2F|icc|b|0-248|70 77||emv|ICC PIN Encipherment Public Key Remainder|卡片 PIN 加密公钥余项
9F30|term|b|3|-||emv|Biometric Terminal Capabilities|终端生物特征能力
9F31|icc|tlv|0-252|70 77||emv|Card BIT Group Template|
9F32|icc|b|1-3|70 77||emv|Issuer Public Key Exponent|发卡行公钥指数
9F33|term|b|3|-|bits|emv|Terminal Capabilities|终端性能
9F34|term|b|3|-|cvm-results|emv|Cardholder Verification Method (CVM) Results|持卡人验证结果
9F35|term|n|1|-|terminal-type|emv|Terminal Type|终端类型
9F36|icc|b|2|77 80|number|emv|Application Transaction Counter (ATC)|应用交易计数器
9F37|term|b|4|-||emv|Unpredictable Number|不可预知数
9F38|icc|dol|0-252|A5|dol|emv|Processing Options Data Object List (PDOL)|处理选项数据对象列表
9F39|term|n|1|-|pos-entry-mode|emv|Point-of-Service (POS) Entry Mode|服务点输入方式
9F3A|term|b|4|-|amount-binary|emv|Amount, Reference Currency|参考货币金额
9F3B|icc|n|2-8|70 77|currencies|emv|Application Reference Currency|应用参考货币
9F3C|term|n|2|-|currency|emv|Transaction Reference Currency Code|交易参考货币代码
9F3D|term|n|1|-|digits|emv|Transaction Reference Currency Exponent|交易参考货币指数
9F40|term|b|5|-|bits|emv|Additional Terminal Capabilities|终端附加性能
9F41|term|n|2-4|-|digits|emv|Transaction Sequence Counter|交易序列计数器
9F42|icc|n|2|70 77|currency|emv|Application Currency Code|应用货币代码
9F43|icc|n|1-4|70 77|digits|emv|Application Reference Currency Exponent|应用参考货币指数
9F44|icc|n|1|70 77|digits|emv|Application Currency Exponent|应用货币指数
9F45|icc|b|2|-||emv|Data Authentication Code|数据认证码
9F46|icc|b|0-248|70 77||emv|ICC Public Key Certificate|IC 卡公钥证书
9F47|icc|b|1-3|70 77||emv|ICC Public Key Exponent|IC 卡公钥指数
9F48|icc|b|0-248|70 77||emv|ICC Public Key Remainder|IC 卡公钥余项
9F49|icc|dol|0-252|70 77|dol|emv|Dynamic Data Authentication Data Object List (DDOL)|动态数据认证数据对象列表
9F4A|icc|tl|0-255|70 77|tag-list|emv|Static Data Authentication Tag List|静态数据认证标签列表
9F4B|icc|b|0-248|77 80||emv|Signed Dynamic Application Data|签名的动态应用数据
9F4C|icc|b|2-8|-||emv|ICC Dynamic Number|IC 卡动态数
9F4D|icc|b|2|BF0C 73|log-entry|emv|Log Entry|日志入口
9F4E|term|ans|0-255|-|text|emv|Merchant Name and Location|商户名称和位置
9F4F|icc|dol|0-252|-|dol|emv|Log Format|日志格式
9F50|icc|n|6|-|amount|c2|Offline Accumulator Balance|脱机累计余额
9F50|icc|b|1|77||jcb|Cardholder Verification Status|
9F51|icc|dol|0-250|70|dol|c2|DRDOL|
9F51|icc|n|2|-|currency|visa|Application Currency Code|应用货币代码
9F51|icc|n|2|-|currency|upi|Application Currency Code|应用货币代码
9F52|icc|b|4-6|-||visa|Application Default Action (ADA)|应用缺省行为
9F52|term|b|2|-||jcb|Terminal Compatibility Indicator|
9F52|icc|b|2-6|-||upi|Application Default Action (ADA)|应用缺省行为
9F53|term|an|1|-|text|c2|Transaction Category Code|交易类别代码
9F53|icc|b|1|-|number|visa|Consecutive Transaction Counter Limit (International)|连续脱机交易限制数（国际货币）
9F53|term|b|3|-||jcb|Terminal Interchange Profile|
9F54|icc|b|0-160|-||c2|DS ODS Card|
9F54|icc|n|6|-|amount|visa|Cumulative Total Transaction Amount Limit|累计脱机交易金额限制
9F55|icc|b|1|-||visa|Geographic Indicator|地理指示器
9F56|icc|b|1|-||visa|Issuer Authentication Indicator|发卡行认证指示器
9F57|icc|n|2|-|country|visa|Issuer Country Code|发卡行国家代码
9F58|icc|b|1|-|number|visa|Lower Consecutive Offline Limit (Card Check)|连续脱机交易下限（卡片）
9F59|icc|b|1|-|number|visa|Upper Consecutive Offline Limit (Card Check)|连续脱机交易上限（卡片）
9F5A|icc|b|1-16|-||visa|Application Program Identifier (Program ID)|应用程序标识
9F5B|term|b|5-255|-|script-results|emv|Issuer Script Results|发卡行脚本结果
9F5B|icc|dol|0-250|-|dol|c2|DSDOL|
9F5C|term|b|8|-||c2|DS Requested Operator ID|
9F5C|icc|n|6|-|amount|visa|Cumulative Total Transaction Amount Upper Limit|累计脱机交易金额上限
9F5D|icc|b|3|BF0C||c2|Application Capabilities Information|
9F5D|icc|n|6|77|amount|visa|Available Offline Spending Amount (AOSA)|可用脱机消费金额
9F5D|icc|n|6|77|amount|upi|Available Offline Spending Amount|可用脱机消费金额
9F5E|icc|n|8-11|-||c2|DS ID|
9F5E|icc|b|1|-|number|visa|Consecutive Transaction International Upper Limit|
9F5F|icc|b|1|-||c2|DS Slot Availability|
9F60|icc|b|2|-||c2|CVC3 (Track1)|
9F60|icc|b|1|-||jcb|Issuer Update Parameter|
9F61|icc|b|2|-||c2|CVC3 (Track2)|
9F61|icc|ans|1-40|70|text|upi|Cardholder ID Number|持卡人证件号
9F62|icc|b|6|70||c2|PCVC3 (Track1)|
9F62|icc|n|1|70|digits|upi|Cardholder ID Type|持卡人证件类型
9F63|icc|b|6|70||c2|PUNATC (Track1)|
9F63|icc|b|16|70 77||upi|Card Product Identification Information|卡产品标识信息
9F64|icc|b|1|70|number|c2|NATC (Track1)|
9F65|icc|b|2|70||c2|PCVC3 (Track2)|
9F66|term|b|4|-|bits|ca|Terminal Transaction Qualifiers (TTQ)|终端交易属性
9F66|icc|b|2|70||c2|PUNATC (Track2)|
9F67|icc|b|1|70|number|c2|NATC (Track2)|
9F67|icc|b|1|-||visa|MSD Offset|
9F68|icc|b|4-16|-||visa|Card Additional Processes|卡片附加处理
9F69|icc|dol|0-250|70|dol|c2|UDOL|
9F69|icc|b|5-16|70||visa|Card Authentication Related Data|卡片认证相关数据
9F69|icc|b|8-16|70||upi|Card Authentication Related Data|卡片认证相关数据
9F6A|term|n|4|-|digits|c2|Unpredictable Number (Numeric)|不可预知数（数值型）
9F6B|icc|b|0-19|70|track2|c2|Track 2 Data|第二磁道数据
9F6B|icc|n|6|-|amount|visa|Card CVM Limit|卡片 CVM 限额
9F6B|icc|n|6|-|amount|upi|Card CVM Limit|卡片 CVM 限额
9F6C|icc|b|2|77|bits|ca|Card Transaction Qualifiers (CTQ)|卡片交易属性
9F6C|icc|b|2|70||c2|Mag-stripe Application Version Number (Card)|
9F6D|term|b|2|-||c2|Mag-stripe Application Version Number (Reader)|
9F6D|term|b|1|-|amex-reader|amex|Contactless Reader Capabilities|
9F6D|icc|n|6|-|amount|visa|VLP Reset Threshold|
9F6D|icc|n|6|-|amount|upi|Electronic Cash Reset Threshold|电子现金重置阈值
9F6E|any|b|4-32|70 77 BF0C|form-factor|ca|Form Factor Indicator or Third Party Data|支付设备形态指示
9F6E|icc|b|5-32|70 BF0C|form-factor|c2|Third Party Data|第三方数据
9F6E|icc|b|4|77|form-factor|visa|Form Factor Indicator (FFI)|支付设备形态指示
9F6E|term|b|4|-|form-factor|amex|Enhanced Contactless Reader Capabilities|
9F6F|icc|b|1|-||c2|DS Slot Management Control|
9F70|icc|b|0-192|-||c2|Protected Data Envelope 1|
9F70|icc|b|2|-||amex|Card Interface and Payment Capabilities|
9F71|icc|b|0-192|-||c2|Protected Data Envelope 2|
9F71|icc|b|3|-||amex|Mobile CVM Results|
9F71|icc|b|2|-||disc|Card Processing Requirements (CPR)|
9F72|icc|b|0-192|-||c2|Protected Data Envelope 3|
9F72|icc|b|1|-|number|visa|Consecutive Transaction Limit (International - Country)|连续脱机交易限制数（国际国家）
9F73|icc|b|0-192|-||c2|Protected Data Envelope 4|
9F73|icc|b|4|-||visa|Currency Conversion Parameters|
9F74|icc|b|0-192|-||c2|Protected Data Envelope 5|
9F74|icc|an|6|-|text|visa|VLP Issuer Authorisation Code|
9F74|icc|an|6|70|text|upi|Electronic Cash Issuer Authorisation Code|电子现金发卡行授权码
9F75|icc|b|0-192|-||c2|Unprotected Data Envelope 1|
9F75|icc|n|6|-|amount|visa|Cumulative Total Transaction Amount Limit (Dual Currency)|累计脱机交易金额限制（双货币）
9F76|icc|b|0-192|-||c2|Unprotected Data Envelope 2|
9F76|icc|n|2|-|currency|visa|Secondary Application Currency Code|第二应用货币代码
9F77|icc|b|0-192|-||c2|Unprotected Data Envelope 3|
9F77|icc|n|6|-|amount|visa|VLP Funds Limit|
9F77|icc|n|6|-|amount|upi|Electronic Cash Balance Limit|电子现金余额上限
9F78|icc|b|0-192|-||c2|Unprotected Data Envelope 4|
9F78|icc|n|6|-|amount|visa|VLP Single Transaction Limit|
9F78|icc|n|6|-|amount|upi|Electronic Cash Single Transaction Limit|电子现金单笔交易限额
9F79|icc|b|0-192|-||c2|Unprotected Data Envelope 5|
9F79|icc|n|6|-|amount|visa|VLP Available Funds|
9F79|icc|n|6|-|amount|upi|Electronic Cash Balance|电子现金余额
9F7A|term|n|1|-|digits|upi|Electronic Cash Terminal Support Indicator|电子现金终端支持指示器
9F7B|term|n|6|-|amount|upi|Electronic Cash Terminal Transaction Limit|电子现金终端交易限额
9F7C|term|b|20|-||c2|Merchant Custom Data|商户自定义数据
9F7C|icc|b|0-32|77||visa|Customer Exclusive Data (CED)|
9F7D|icc|b|0-16|-||c2|DS Summary 1|
9F7E|term|b|1|-||c2|Mobile Support Indicator|移动设备支持指示
9F7F|term|b|4|-||c2|DS Unpredictable Number|
9F7F|icc|b|42|-||gp|Card Production Life Cycle (CPLC) Data|卡片生产周期数据
9F8102|icc|b|1|77||c8|Cardholder Verification Decision|
9F8103|icc|b|64-132|77||c8|Card Key Data|
9F8104|icc|b|5|77|bits-tvr|c8|Card TVR|
9F8105|icc|b|8|77||c8|Enhanced Data Authentication MAC|
9F8106|icc|b|0-128|77||c8|Authenticated Application Data|
9F8107|icc|b|1|77|number|c8|IAD MAC Offset|
9F8108|icc|b|2-5|77||c8|Restart Indicator|
9F8109|term|b|8|-||c8|Issuer Application Data MAC|
9F810A|icc|tl|0-255|70|tag-list|c8|Extended SDA Tag List|
9F810B|icc|b|32-66|70||c8|ICC ECC Public Key (for RSA Certificates)|
9F810C|icc|b|2|-|number|c8|Relay Resistance Time Excess|
9F810D|icc|b|2|-||c8|Card Capabilities Information|
9F8111|icc|b|0-243|-||c8|Data Envelope 1|
9F8112|icc|b|0-243|-||c8|Data Envelope 2|
9F8113|icc|b|0-243|-||c8|Data Envelope 3|
9F8114|icc|b|0-243|-||c8|Data Envelope 4|
9F8115|icc|b|0-243|-||c8|Data Envelope 5|
9F8116|icc|b|0-243|-||c8|Data Envelope 6|
9F8117|icc|b|0-243|-||c8|Data Envelope 7|
9F8118|icc|b|0-243|-||c8|Data Envelope 8|
9F8119|icc|b|0-243|-||c8|Data Envelope 9|
9F811A|icc|b|0-243|-||c8|Data Envelope 10|
9F8201|term|tl|0-65535|-||c8|Data Needed|
9F8202|term|b|1|-||c8|Proceed To First Write Flag|
9F8203|term|tl|0-65535|-||c8|Tags To Read|
9F8204|term|b|6|-|error-indication|c8|Error Indication|
9F8205|term|b|13|-|user-interface|c8|User Interface Request Data 1|
9F8206|term|b|1|-|bits|c8|Card Data Input Capability|
9F8207|term|b|1|-|bits|c8|CVM Capability - CVM Required|
9F8208|term|b|1|-|bits|c8|CVM Capability - No CVM Required|
9F8209|term|b|2|-||c8|Kernel Configuration|
9F820A|term|b|1|-|bits|c8|Security Capability|
9F820B|term|b|5|-|bits-tvr|c8|Terminal Action Code - Denial|
9F820C|term|b|5|-|bits-tvr|c8|Terminal Action Code - Online|
9F820D|term|n|6|-|amount|c8|Reader Contactless Floor Limit|
9F820E|term|n|6|-|amount|c8|Reader CVM Required Limit|
9F820F|term|b|2|-|number|c8|Timeout Value|
9F8210|term|b|8|-|outcome|c8|Outcome Parameter Set|
9F8211|term|n|3|-||c8|Message Hold Time|
9F8212|term|b|1|-|number|c8|Hold Time Value|
9F8213|term|b|2|-|number|c8|Minimum Relay Resistance Grace Period|
9F8214|term|b|2|-|number|c8|Maximum Relay Resistance Grace Period|
9F8215|term|b|2|-|number|c8|Terminal Expected Transmission Time For Relay Resistance C-APDU|
9F8216|term|b|2|-|number|c8|Terminal Expected Transmission Time For Relay Resistance R-APDU|
9F8217|term|b|2|-|number|c8|Relay Resistance Accuracy Threshold|
9F8218|term|b|2|-|number|c8|Relay Resistance Transmission Time Mismatch Threshold|
9F8219|term|b|13|-|user-interface|c8|User Interface Request Data 2|
9F821A|term|b|5|-|bits-tvr|c8|Kernel Reserved TVR Mask|
9F821B|term|b|1|-||c8|Write Data Status|
9F821C|term|b|1|-||c8|Read Data Status|
9F821D|term|b|0-32|-||c8|Message Identifiers On Restart|
9F821E|term|b|1|-|number|c8|Default IAD MAC Offset|
9F821F|term|tl|0-65535|-||c8|Discretionary Data Tag List|
9F8220|term|dol|0-250|-|dol|c8|Default CDOL1|
9F8221|term|b|0-65535|-||c8|Tag Mapping List|
61|any|tlv|0-252|-||cpm|Application Template|应用模板
62|any|tlv|0-252|-||cpm|Common Data Template|通用数据模板
63|any|b|0-252|61||cpm|Application Specific Transparent Template|应用专用透明模板
64|any|b|0-252|62||cpm|Common Data Transparent Template|通用数据透明模板
85|any|an|5|-|text|cpm|Payload Format Indicator|载荷格式标识
80|any|b|0-255|-||iso|Plain Value Not in BER-TLV|安全报文：明文
81|any|b|0-255|-||iso|Plain Value (in the MAC)|安全报文：明文（参与 MAC）
82|any|b|0-255|-||iso|Cryptogram of BER-TLV Data|
83|any|b|0-255|-||iso|Cryptogram of BER-TLV Data (in the MAC)|
86|any|b|1-255|-||iso|Padding Indicator and Cryptogram|
87|any|b|1-255|-||iso|Padding Indicator and Cryptogram (in the MAC)|安全报文：密文（参与 MAC）
89|any|b|4|-||iso|Command Header|安全报文：命令头
8E|any|b|4-8|-||iso|Cryptographic Checksum (MAC)|安全报文：MAC
90|any|b|0-255|-||iso|Hash Code|
92|any|b|0-255|-||iso|Certificate|
97|any|b|1-2|-||iso|Expected Length (Le)|
99|any|b|2|-||iso|Processing Status|
9A|any|b|0-255|-||iso|Input of a Digital Signature|
9E|any|b|0-255|-||iso|Digital Signature|
A4|any|tlv|0-255|-||iso|Control Reference Template for Authentication|
AA|any|tlv|0-255|-||iso|Control Reference Template for Hash Code|
B3|any|tlv|0-255|-||iso|Plain BER-TLV Data (in the MAC)|
B4|any|tlv|0-255|-||iso|Control Reference Template for Cryptographic Checksum|
B6|any|tlv|0-255|-||iso|Control Reference Template for Digital Signature|
B8|any|tlv|0-255|-||iso|Control Reference Template for Confidentiality|
42|icc|b|1-10|-||gp|Issuer Identification Number (Security Domain)|
45|icc|b|1-10|-||gp|Card Image Number|
4F|icc|b|5-16|E3|aid|gp|Application or Security Domain AID|
66|icc|tlv|0-255|-||gp|Card Data (Recognition)|
67|icc|tlv|0-255|-||gp|Card Capability Information|
73|icc|tlv|0-255|66||gp|Card Recognition Data|
84|icc|b|5-16|E3|aid|gp|Executable Module AID|
C0|icc|b|4-15|E0||gp|Key Information Data (GlobalPlatform)|
C1|icc|b|2-3|-|number|gp|Sequence Counter of the Key Version (GlobalPlatform)|
C4|icc|b|5-16|E3|aid|gp|Executable Load File AID (GlobalPlatform)|
C5|icc|b|1-3|E3||gp|Privileges (GlobalPlatform)|
CC|icc|b|5-16|E3|aid|gp|Associated Security Domain AID (GlobalPlatform)|
CE|icc|b|1-15|E3||gp|Executable Load File Version (GlobalPlatform)|
CF|icc|b|0-127|-||gp|Key Diversification Data (GlobalPlatform)|
D3|icc|b|1|-||gp|Current Security Level (GlobalPlatform)|
E0|icc|tlv|0-255|-||gp|Key Information Template (GlobalPlatform)|
E3|icc|tlv|0-65535|-||gp|Registry Entry (GlobalPlatform)|
9F65|icc|b|1-2|-|number|gp|Maximum Length of Command Data|
9F6E|icc|b|4-16|-||gp|Application Production Life Cycle Data|
9F70|icc|b|1-2|E3||gp|Life Cycle State|
`;
