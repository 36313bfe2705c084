# 登录、授权、注销，以及其中可能出现的错误。

## 登录

sign-in = 登录
user-name = 用户名
password = 密码
business-unit-id = 业务单位 ID
sign-in-refused = 用户名或密码不正确，或者该帐户目前无法登录。连续输入错误 { $attempts } 次后，帐户将锁定 { $duration }。
too-many-sign-ins = 来自您所在网络的登录失败次数过多。请在 { $duration }后重试，或联系管理员。
several-business-units = 该用户名存在于多个业务单位中，请同时输入业务单位 ID。
business-unit-id-invalid = 业务单位 ID 是一个数字，显示在开发者门户的左上角。
form-expired = 此页面打开时间过长，或者浏览器禁用了 Cookie。请重新登录。

## 授权

consent-title = 允许访问
application = 应用程序
tenant = 租户
asks-for-access = { $application } 请求访问您的帐户。
signed-in-as = 当前登录用户
use-another-account = 使用其他帐户
it-can = 它将能够
allow = 允许
deny = 拒绝
scim-access = 以您的权限通过 SCIM 创建、更改和停用员工
scope-openid = 了解您的身份
scope-profile = 读取您的姓名
scope-email = 读取您的电子邮件地址
scope-api = 使用 ACD API 的这一部分
cannot-authorize = 无法授权此应用程序
cannot-authorize-advice = 没有向该应用程序发送任何信息。请联系设置此连接的人员进行更正。

## 注销

sign-out = 注销
sign-out-question = 有应用程序请求将您注销。现在注销吗？
stay-signed-in = 保持登录
signed-out = 您已注销。

## 拒绝页面的标题

not-signed-in = 您未登录
question-one-more = 还需一项信息
allow-to-manage = 允许 { $application } 管理员工吗？
allow-to-sign-in = 允许 { $application } 了解您的身份吗？
acts-with-your-permissions = 它将以您在 { $tenant }（业务单位 { $business-unit }）中的权限进行操作，直到您或管理员撤销授权。
signs-in-to = 这涉及您在 { $tenant }（业务单位 { $business-unit }）中的帐户。
it-cannot = 它无法读取密码，无法以您的身份登录，也无法更改角色的权限。
you-return-to = 您将返回
error-code = 错误代码
