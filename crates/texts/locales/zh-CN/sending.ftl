# 管理控制台：集成和配置。

title = 管理控制台
intro = 此目录中的人员将配置到以下应用程序。

## 集成

applications = 应用程序
no-applications = 尚未集成任何应用程序。
ready = 就绪
needs-authorization = 需要授权
needs-authorization-note = 在有人使用此应用程序进行身份验证之前，不会执行任何配置。
not-configured = 未配置
not-configured-note = 在 SCIM 连接设置完成之前，不会执行任何配置。
authenticate-with = 使用 { $application } 进行身份验证
re-authenticate-with = 使用 { $application } 重新进行身份验证
sync-now = 立即同步
active-accounts = 活动帐户
inactive-accounts = 非活动帐户

## 任务

waiting = 等待中
failed = 失败
retry = 重试
retry-all = 全部重试
failed-cut = 仅列出最近的失败项。“全部重试”适用于所有失败项。
attempts = 已尝试 { $count } 次
retried =
    { $count ->
        [0] 没有需要重试的项目。
       *[other] 将重试 { $count } 个失败项。
    }
queued =
    { $count ->
        [0] 没有需要比对的人员。
       *[other] { $count } 人已排队等待比对。
    }
not-done = 此操作未执行

## 设置

settings = 设置
application-name = 应用程序名称
login-page-url = 应用程序的登录页面 URL
scim-provisioning = SCIM 配置
base-url = SCIM 连接器基本 URL
unique-identifier = 用户的唯一标识符字段
supported-actions = 支持的配置操作
push-new-users = 推送新用户
push-profile-updates = 推送配置文件更新
authentication-mode = 身份验证模式
basic-authentication = 基本身份验证
http-header = HTTP 标头
oauth2 = OAuth 2
user-name = 用户名
token-endpoint = 访问令牌端点 URI
authorization-endpoint = 授权端点 URI
callback-url = 要注册的重定向 URL
provisioning-to-app = 配置到应用程序
create-users = 创建用户
update-user-attributes = 更新用户属性
deactivate-users = 停用用户

## 与应用程序的身份验证

authenticated = 身份验证成功。配置将继续进行。
authenticated-note = 您自己的会话已结束。请登录以查看应用程序的状态。
to-console = 前往控制台
not-authenticated = 身份验证失败
callback-empty = 应用程序将您送回，但没有返回结果。请从概览重新开始。
callback-unknown = 此授权未知、已被使用或已超时。请从概览重新开始。
callback-failed = 授权失败。要查看原因，请登录控制台并重新开始。
