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
