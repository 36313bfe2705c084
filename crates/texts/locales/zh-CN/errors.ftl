# 供用户阅读的错误：错误页面以及字段旁的提示。

## 任何页面

request-id = 请求 { $request-id }
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
