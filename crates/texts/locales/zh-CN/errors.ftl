# 供用户阅读的错误：错误页面以及字段旁的提示。

## 任何页面

unknown-host = 此服务器不为该请求的主机名提供服务。请使用已配置的名称之一。
not-found = 此地址没有任何内容。
method-not-allowed = 此地址不接受该 HTTP 方法。
too-large = 请求正文大于 { $limit }。
foreign-form = 此表单来自其他网站，或已过期。请返回，重新加载页面后再次提交。
timed-out = 请求耗时过长，已被取消。请重试。如果经常发生，请将请求 ID { $request-id } 告知此服务器的运营人员。
unavailable = 数据库目前不可用。请稍后重试。
rate-limited = 超出速率限制：此连接每秒最多可发送 { $limit } 个请求。请在 { $seconds } 秒后重试。
too-many-refused = 来自此地址的无有效令牌的请求过多。请检查令牌，并在 { $seconds } 秒后重试。
internal = 我们这边发生了故障。请将请求 ID { $request-id } 告知此服务器的运营人员。

## 错误页面的标题，以及谁可以提供帮助

refused-title = 此请求已被拒绝
not-found-title = 找不到页面
failed-title = 我们这边出了问题
busy-title = 请求过多
help-yourself = 请检查地址，或返回首页。
help-reload = 请返回上一页，重新加载后再次提交。
help-wait = 请稍候再试。
help-operator = 此服务器的运营人员可以凭下方的请求 ID 在日志中找到原因。
help-administrator = 您所在业务单位的管理员可以在您的某个角色中授予该权限。
bad-request = 无法读取此请求。
signed-out = 您需要先登录。
to-start = 前往首页
request-id-label = 请求 ID

## 程序的令牌

token-missing = 未授权：请求没有带持有者令牌的 Authorization 标头。
token-several = 未授权：请求有多个 Authorization 标头。
token-form = 未授权：Authorization 标头的格式必须为“Bearer <token>”。
token-unknown = 未授权：此处不知道该访问令牌。
token-expired = 未授权：访问令牌已过期。
token-revoked = 未授权：访问令牌已被撤销。
token-user-inactive = 未授权：此令牌所代表的用户处于非活动状态。
token-client-disabled = 未授权：获得此令牌的应用程序已被禁用。
permission-missing = { $actor } 没有权限“{ $permission }”。请在该用户的某个角色中将其打开。

## 请求正文

body-no-object = 请求正文必须是 JSON 对象。
body-no-json = 请求正文不是 JSON：{ $detail }。
body-unusable = 请求正文无法使用：{ $detail }。
member-unusable = 请求正文的成员 { $path } 无法使用：{ $detail }。

## 集成

integration-not-found = 没有集成 { $id }。
integration-label = 集成需要 1 到 100 个字符的标签。
integration-name = 集成的名称最多 64 个字符，由小写字母、数字和下划线组成：{ $name }。
integration-name-taken = 已有另一个名为 { $name } 的集成。
subject-not-found = 没有可分配的用户或组 { $id }。
url-invalid = { $field }：{ $value } 不是完整的 HTTP 或 HTTPS URL。
base-url-underscore = 基本 URL 不能包含“_”：某些身份提供程序会拒绝它。
scim-off = 请先启用 SCIM 配置（常规 > 应用设置 > 启用 SCIM 配置）。
test-failed = 身份验证出错：{ $what }。无法测试连接器配置。请确保 URL 和身份验证参数正确，并且所提供的 URL 上有可用的实现。
test-misconfigured = 无法测试连接器配置：{ $detail }。

## 目录

resource-not-found = 没有资源 { $id }。
connection-not-found = 没有连接 { $id }。连接以应用程序的客户端 ID 或令牌的 ID 命名。
schema-not-found = 没有已注册的架构 { $urn }。
schema-ambiguous = 架构 { $urn } 已为多个资源类型注册。请指明其中一个。
schema-in-use = 有 { $count } 个类型为 { $resource-type } 的资源含有 { $urn } 的数据。请先删除这些数据。
schema-refused = 无法使用该架构：{ $detail }
rows-refused = 文件中有 { $count } 行无法导入。未导入任何内容。

## 邮件

mail-not-found = 没有邮件 { $id }。
attachment-gone = 邮件 { $id } 已没有附件。
mail-sent = 邮件 { $id } 已发送。其中的内容可以重新签发。
bad-cursor = 此游标不属于该列表。请从第一页重新请求。
