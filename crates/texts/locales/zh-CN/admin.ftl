# 接收端的人员、角色和设置管理。

## 权限：角色编辑器中相应开关的路径

permission-switch = { $area } > { $group } > { $row }
permission-action = { $area } > { $group } > { $row }：{ $action }

area-admin = 管理员
area-applications = 应用程序
group-general = 一般权限
group-account = 帐户
group-provisioning = 配置
row-scim = SCIM
row-employees = 员工
row-role-management = 角色管理
row-tokens = 访问密钥
row-manage-passwords = 可管理密码
row-applications = 应用程序
row-outbox = 发件箱
row-audit-read = 更改审核报告访问
row-account-settings = 管理员帐户设置
row-connections = SCIM 连接
row-integrations = 集成
action-switch = 开
action-view = 查看
action-create = 创建
action-edit = 编辑
action-delete = 删除
action-deactivate = 停用
action-assign = 用户分配

## 角色和权限

security-settings = 安全设置
roles-title = 角色和权限
roles-lead = 每个人有一个主要角色，最多还可以有十个其他角色。任一角色允许的操作，此人都可以执行。
new-role = 新角色
roles-caption = 角色
role-name = 名称
description = 描述
members = 成员
permissions = 权限
modified = 修改时间
modified-by = 修改者：{ $name }
inactive-members = { $count } 个非活动
all = 全部
draft = 草稿
search-roles = 名称或描述
has-permission = 具有权限
row-action = { $row }：{ $action }
roles-found = { $count } 个角色
no-roles = 还没有角色
no-roles-note = 角色赋予人员权限。请先创建名为“坐席”的角色：每个由配置创建的人员都会获得此角色。
no-role-matches = 没有匹配的角色

## 新角色

new-role-lead = 草稿还不能分配给任何人。下一步即可打开其权限。
role-name-hint = 最多 50 个字符。用过一次的名称不能再次使用，即使该角色已停用。
description-hint = 最多 200 个字符。
save-and-activate = 保存并激活

## 编辑器

tab-general = 常规
tab-permissions = 权限
tab-users = 用户
tab-history = 更改历史记录
role-label = 角色 { $name }
name-held = { $count } 人拥有此角色，因此不能更改其名称。
may-not-edit = 您可以查看此角色，但不能更改：您没有“{ $permission }”权限。
created = 创建时间
last-changed = 上次更改
activate = 激活
deactivate = 停用
duplicate = 复制角色
set-to-default = 恢复默认值

## 刚刚完成的操作

done-created = 角色已创建。
done-saved = 您的更改已保存。
done-activated = 角色已激活。
done-deactivated = 角色已停用。
done-duplicated = 副本已创建为草稿。
done-default = 角色已恢复默认权限。
done-assigned = 角色已分配。
done-taken = 角色已收回。

## 提问

ask-activate = 要激活角色 { $name } 吗？
ask-activate-note = 激活后可以将其分配给人员，拥有它的人员将具有其 { $count } 项权限。
ask-deactivate = 要停用角色 { $name } 吗？
ask-deactivate-note = 停用后不能再分配给人员。其名称仍被占用；如需恢复，请重新激活。
cannot-deactivate = 目前不能停用角色 { $name }
cannot-deactivate-note = { $count } 个活动人员拥有此角色。请先为他们分配其他角色。
show-people = 查看拥有者
still-held = { $count } 个非活动人员保留此角色。
loses-permissions = 不再赋予：{ $permissions }。
loses-provisioning = 将无法再配置任何人，因为每个由配置创建的人员都会获得此角色。
loses-last-manager = 将没有任何活动人员可以编辑角色。请先将该权限赋予其他人。
loses-connection = { $app } 的下一个请求将被拒绝，因为 { $person } 只能通过此角色使用 SCIM。
loses-more-connections = 其他连接也将被拒绝。
ask-permissions = 要关闭角色 { $name } 的权限吗？
switch-off = 关闭
ask-default = 要将角色 { $name } 恢复为默认权限吗？
default-on = 将打开：{ $permissions }。
default-off = 将关闭：{ $permissions }。
default-same = 此角色已是默认权限。
no-default = 角色 { $name } 没有默认权限。只有新业务单位自带的角色才有。
duplicate-title = 复制角色 { $name }
duplicate-lead = 副本以草稿开始，权限相同，没有人员。
copy-of = { $name } 副本
ask-take-away = 要从 { $person } 收回角色 { $role } 吗？
ask-take-away-note = 从下一个请求开始，此人只能执行其他角色允许的操作。
take-away = 收回

## 权限

search-permissions = 搜索权限
on-of = 已打开 { $on } 项，共 { $all } 项
switches-on =
    { $count ->
       *[other] { $actions }会同时打开{ $implied }。
    }
locked-lacking = 您没有此权限，因此不能赋予：{ $permissions }。
scim-note = 允许由此人授权的应用程序创建、更改和停用员工。
draft-gives-nothing = 此角色未激活，因此尚未向任何人赋予这些权限。

## 人员

users-lead = 拥有此角色的所有人员。以此为主要角色的人员不能没有它：请改为给他们另一个主要角色。
user-name-begins = 用户名开头
assign = 分配给人员
assign-user-name = 用户名
rank = 作为
rank-primary = 主要角色
rank-secondary = 次要角色
give = 分配
no-members = 还没有人拥有此角色
no-members-note = 拥有此角色的人员会列在这里。
no-member-matches = 拥有此角色的人员中没有这样的用户名
searched-so-far = 尚未查看所有人员。搜索将在下一页继续。
people-on-page = 本页 { $count } 人
person = 人员

## 角色的问题

problem-missing = 请输入名称。
problem-too-long = 最多 { $count } 个字符。
problem-character = 不能使用此字符：{ $character }
problem-taken-active = 名为 { $name } 的角色已处于活动状态。
problem-taken = 名称 { $name } 以前使用过。请改为激活该名称的角色。
problem-held = { $count } 人拥有此角色，因此不能更改其名称。
problem-lacking = 您没有“{ $permission }”权限，因此不能赋予。
problem-draft-again = 只有新角色才是草稿。
refused-held = { $count } 个活动人员拥有角色 { $name }。请先为他们分配其他角色。
refused-not-active = 角色 { $name } 未激活，不能分配给任何人。请先激活。
refused-no-user = 没有此人员。
no-user-named = 没有用户名为 { $name } 的人员。
refused-too-many-roles = 每个人最多有十个次要角色。
refused-too-many-people = 一次选择的人员过多。
refused-primary = 这是此人的主要角色。请改为给此人另一个主要角色。
refused-user = 无法更改此人员的记录：{ $detail }
conflict-title = 其他人刚刚更改了此角色
conflict-note = { $person } 更改了此角色。您输入的内容保留在下方；再次保存将覆盖对方的更改。
conflict-merged = { $person } 更改了此角色。下方同时包含对方和您的更改；请检查后再次保存。
conflict-reload = { $person } 更改了此角色。请查看当前状态后重新决定。
now = 现在
before = 之前
switched-on = 已打开
switched-off = 已关闭

## 更改日志

audit = 审核
change-log = 更改日志
change-log-lead = 由谁、因何执行、拒绝或修复了什么。此处的内容不能更改或删除。
who = 操作者
who-hint = 名称的一部分
what = 操作
why = 原因
kind = 对象类型
connection = 连接
since = 从
until = 至
details = 详细信息
request-id = 请求 ID
reason-word = 原因代码
attribute = 属性
old-value = 更改前
new-value = 更改后
concerns = 涉及
filter-by-connection = 仅此连接
nothing-logged = 尚未发生任何事件
nothing-logged-note = 每次更改、拒绝和修复都会在此显示，并注明原因。
nothing-logged-matches = 没有匹配的条目
entries-on-page = 本页 { $count } 条
searched-to = 目前已搜索至 { $time }。搜索将在下一页继续。
history-of = { $name } 的更改
nothing-changed = 尚未更改任何内容
nothing-changed-note = 名称、描述、权限和状态的更改会在此显示。

## 操作

operation-create = 已创建
operation-replace = 已替换
operation-patch = 已更改
operation-delete = 已删除
operation-restore = 已还原
operation-import = 已导入
operation-assign = 已分配
operation-unassign = 已收回
operation-configure = 已设置
operation-authorize = 已授权
operation-sign-in = 已登录
operation-issue = 已签发
operation-revoke = 已撤销
operation-provision = 已配置
operation-retry = 已重试

## 原因

reason-created = 已创建
reason-updated = 已更新
reason-unchanged = 未更改
reason-deactivated = 已停用
reason-reactivated = 已重新激活
reason-restored = 已还原
reason-deleted = 已删除
reason-refused = 已拒绝
reason-missing-role = 缺少角色
reason-missing-permission = 缺少权限
reason-duplicate = 重复
reason-assigned = 已分配
reason-unassigned = 已取消分配
reason-configured = 已设置
reason-signed-in = 已登录
reason-wrong-password = 密码错误
reason-locked-out = 已锁定
reason-signed-out = 已注销
reason-consented = 已同意
reason-denied = 已拒绝授权
reason-token-issued = 已签发令牌
reason-token-refreshed = 已刷新令牌
reason-token-revoked = 已撤销令牌
reason-token-reused = 令牌被重复使用
reason-code-reused = 授权码被重复使用
reason-registered = 已注册
reason-secret-reissued = 已重新签发密钥
reason-mail-queued = 邮件已排队
reason-mail-sent = 邮件已发送
reason-mail-failed = 邮件发送失败
reason-authorized = 已授权
reason-needs-authorization = 需要授权
reason-pushed-new = 已在目标中创建
reason-linked = 已关联
reason-pushed-update = 已在目标中更新
reason-pushed-deactivation = 已在目标中停用
reason-pushed-reactivation = 已在目标中重新激活
reason-nothing-to-do = 无需操作
reason-switched-off = 已关闭
reason-not-assigned = 未分配
reason-not-found-remotely = 目标中未找到
reason-rate-limited = 受速率限制
reason-target-unavailable = 目标不可用
reason-rejected-by-target = 被目标拒绝
reason-empty-answer = 空响应
reason-invalid-answer = 无效响应
reason-too-many-attempts = 尝试次数过多
reason-retry-requested = 已请求重试

## 对象类型

kind-tenant = 业务单位
kind-user = 人员
kind-group = 组
kind-role = 角色
kind-app = 应用程序
kind-token = 访问密钥
kind-session = 会话
kind-message = 邮件
kind-integration = 集成
kind-resource = 资源
kind-schema = 架构
