# 开发者门户：应用程序、角色、邮件。

title = 开发者门户
intro = 注册表单所需的业务单位 ID 显示在左上角。

## 应用程序

applications = 应用程序
no-applications = 尚未注册任何应用程序。
application-type = 应用程序类型
type-user-confidential = 用户，保密
type-user-public = 用户，公开
type-back-end = 后端
back-end-note = 后端应用程序无法由用户登录，因此不能用于此配置。类型无法修改，请重新提交应用程序。
authentication-method = 身份验证方法
no-authentication = 无 (PKCE)
redirect-urls = 重定向 URL
tracking-number = 跟踪编号
registered = 注册时间

## 角色

roles = 角色
no-roles = 没有角色。
draft = 草稿
scim = SCIM

## 邮件

mails = 邮件
no-mails = 尚未生成任何邮件。
all-mails = 所有邮件
outbox-title = 发件箱
outbox-note = 邮件在此等待邮件服务器接收。发送后，正文和附件将被清除。
to = 收件人
queued = 生成时间
waiting = 等待发送
sent = 已发送
not-sent = 尚未发送
erased = 已发送。正文和附件已清除。
download-file = 下载 { $name }
no-such-file = 没有此文件
