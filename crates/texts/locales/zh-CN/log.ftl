# 更改日志：页面以及各条目的句子。

changes = 最近的更改
changes-note = 最新的在前，每项更改都注明原因。
no-changes = 尚未发生任何更改。

## 人员

user-created = 已创建“{ $user }”。
user-created-with-role = 已创建“{ $user }”，角色为“{ $role }”。
user-changed = 已更改“{ $user }”：{ $attributes }。
user-unchanged = 没有更改：“{ $user }”已是所请求的值。
user-unchanged-ignored = 没有更改：“{ $user }”已是所请求的值。已忽略本服务器没有的属性：{ $attributes }。
user-deactivated = 已停用“{ $user }”，同时结束了 { $sessions } 个会话和 { $authorizations } 个授权。
user-reactivated = “{ $user }”已重新启用。
user-restored-by-name = 客户端再次创建了“{ $user }”。具有该用户名的停用用户已恢复，并重新启用。
user-restored-by-name-inactive = 客户端再次创建了“{ $user }”。具有该用户名的停用用户已恢复，仍为停用状态。
user-restored-by-external-id = 客户端再次创建了“{ $user }”。具有该 externalId 的停用用户已恢复，并重新启用。
user-restored-by-external-id-inactive = 客户端再次创建了“{ $user }”。具有该 externalId 的停用用户已恢复，仍为停用状态。
user-restored-by-email = 客户端再次创建了“{ $user }”。具有该电子邮件地址的停用用户已恢复，并重新启用。
user-restored-by-email-inactive = 客户端再次创建了“{ $user }”。具有该电子邮件地址的停用用户已恢复，仍为停用状态。
user-deleted = 已删除“{ $user }”。
manager-deleted = “{ $user }”不再有经理：“{ $manager }”已被删除。
password-set = 已设置“{ $user }”的密码，同时结束了 { $sessions } 个会话和 { $authorizations } 个授权。

## 组和资源

group-created = 已创建组“{ $group }”。
group-members-changed = 已更改组“{ $group }”：增加 { $added } 名成员，移除 { $removed } 名成员。
group-changed = 已更改组“{ $group }”：{ $attributes }。
group-and-members-changed = 已更改组“{ $group }”：{ $attributes }；增加 { $added } 名成员，移除 { $removed } 名成员。
group-unchanged = 没有更改：组“{ $group }”已是所请求的值。
group-unchanged-ignored = 没有更改：组“{ $group }”已是所请求的值。已忽略本服务器没有的属性：{ $attributes }。
group-deleted = 已删除组“{ $group }”。
members-imported = 导入更改了组“{ $group }”：增加 { $added } 名成员。
member-person-deleted = 组“{ $group }”少了一名成员：“{ $member }”已被删除。
member-group-deleted = 组“{ $group }”少了一名成员：组“{ $member }”已被删除。
resource-created = 已创建 { $kind }“{ $resource }”。
resource-changed = 已更改 { $kind }“{ $resource }”：{ $attributes }。
resource-unchanged = 没有更改：{ $kind }“{ $resource }”已是所请求的值。
resource-unchanged-ignored = 没有更改：{ $kind }“{ $resource }”已是所请求的值。已忽略本服务器没有的属性：{ $attributes }。
resource-deleted = 已删除 { $kind }“{ $resource }”。

## 架构

schema-added = 架构 { $schema } 现在扩展 { $kind }。
schema-removed = 架构 { $schema } 不再扩展 { $kind }。
resource-type-added = 已添加资源类型 { $kind }，端点为 { $endpoint }。
resource-type-removed = 已移除资源类型 { $kind }（端点 { $endpoint }）。
schema-in-use = 未移除架构 { $schema }：有 { $resources } 个 { $kind } 资源含有其数据。请先删除这些数据。

## 拒绝

request-refused = 请求被拒绝：{ $detail }
permission-missing = 请求被拒绝：缺少权限“{ $permission }”。请在该用户的某个角色中启用它。
role-missing = 无法配置任何人员：此租户没有名为{ $roles }的已启用角色，而每个被配置的人员都需要该角色。请创建它并选择“保存并激活”（角色和权限 > 新建角色）。
role-missing-dormant = 无法配置任何人员：此租户没有名为{ $roles }的已启用角色，而每个被配置的人员都需要该角色。角色“{ $role }”为{ $status }状态，请启用它（角色和权限）。
default-roles = “Agent”或“坐席”
configured-roles = “{ $role }”、“Agent”或“坐席”
user-name-taken = 请求被拒绝：用户名“{ $words }”已被此租户的其他用户使用。
user-inactive-by-name = 请求被拒绝：该用户名属于已停用的用户“{ $user }”。请将 active 设为 true，而不要再次创建该用户。
user-inactive-by-external-id = 请求被拒绝：该 externalId 属于已停用的用户“{ $user }”。请将 active 设为 true，或允许此连接在这种情况下恢复或创建用户。
user-inactive-by-email = 请求被拒绝：有一个电子邮件地址属于已停用的用户“{ $user }”。如果是同一人，请将 active 设为 true；否则，请允许此连接在这种情况下创建用户。
group-name-taken = 请求被拒绝：组名“{ $words }”已被此租户的其他组使用。
value-taken = 请求被拒绝：{ $attribute } 的值已被此租户的另一个 { $kind } 使用。

## 角色

role-created = 已创建角色“{ $role }”，状态为{ $status }。
role-status-changed = 角色“{ $role }”的状态已从{ $before }变为{ $status }。
role-changed = 已更改角色“{ $role }”：{ $attributes }。
primary-role-given = 已为“{ $user }”授予主要角色“{ $role }”。
secondary-role-given = 已为“{ $user }”授予次要角色“{ $role }”。
role-taken = 已撤销角色“{ $role }”（用户“{ $user }”）。
status-draft = 草稿
status-active = 已启用
status-inactive = 已停用

## 访问

signed-in = “{ $user }”已登录。
signed-out = “{ $user }”已退出。
wrong-password = 为“{ $user }”输入了错误的密码。
locked-out = “{ $user }”被锁定 { $minutes } 分钟，因为输错密码 { $attempts } 次。
sign-in-while-locked = “{ $user }”在锁定期间尝试登录。
sign-in-while-inactive = “{ $user }”尝试登录，但该用户已停用。
consented = “{ $user }”授权了“{ $app }”，范围为“{ $scope }”。
consent-denied = “{ $user }”未授权“{ $app }”。
app-of-other-tenant = “{ $user }”无法授权“{ $app }”：它属于另一个租户。
consent-not-permitted = “{ $user }”无法授权“{ $app }”：没有已启用的角色提供权限“{ $permission }”。
code-exchanged = 已凭“{ $user }”的授权码颁发令牌。
tokens-refreshed = 已刷新“{ $user }”的令牌。
app-token-issued = 已向应用程序本身颁发访问令牌。
refresh-token-reused = 刷新令牌在被替换很久之后再次使用，授权已撤销。
code-reused = 同一授权码被使用了两次，其令牌已撤销。
grant-returned = 应用程序撤销了自己的授权。
access-token-returned = 应用程序撤销了自己的一个访问令牌。
static-token-issued = 已创建令牌“{ $token }”，用于 { $scope }。
static-token-revoked = 已撤销该令牌。
policy-set = 连接“{ $connection }”现在为{ $leniency }模式。创建请求与停用用户匹配时，按用户名：{ $user-name }；按 externalId：{ $external-id }；按电子邮件地址：{ $email }。
leniency-strict = 严格
leniency-forgiving = 宽松
policy-conflict = 冲突
policy-restore = 恢复
policy-create = 新建

## 应用程序和租户

app-registered = 已注册应用程序“{ $app }”，客户端 ID 为 { $client-id }。
app-changed = 已更改“{ $app }”的注册信息。
app-enabled = 已启用应用程序“{ $app }”。
app-disabled = 已禁用应用程序“{ $app }”。
app-secret-issued = 已为“{ $app }”颁发新的客户端密钥。
tenant-created = 已创建租户“{ $tenant }”。
tenant-configured = 已更改“{ $tenant }”的账户设置。

## 邮件

mail-queued = 已将发给 { $recipient } 的邮件排入队列：{ $title }。
mail-sent = 已发送给 { $recipient } 的邮件。
mail-delayed = 发给 { $recipient } 的邮件无法发送，稍后将重试：{ $trouble }
mail-given-up = 发给 { $recipient } 的邮件无法发送，已放弃：{ $trouble }
mail-retry-requested = 将再次发送给 { $recipient } 的邮件。
mail-server = 邮件服务器答复：{ $words }
mail-malformed = 邮件格式不正确：{ $words }
mail-timed-out = 邮件服务器响应过慢
mail-sealed = 无法打开存储的邮件

## 集成

integration-created = 已创建应用程序“{ $app }”。
provisioning-switched-on = 已为“{ $app }”开启 SCIM 配置。
provisioning-switched-off = 已为“{ $app }”关闭 SCIM 配置。
connection-changed = 已更改“{ $app }”的 SCIM 连接。
actions-changed = 已更改“{ $app }”的配置操作。
app-authorized = 已通过“{ $app }”的身份验证。
app-token-refreshed = 已刷新“{ $app }”的访问令牌。
authorization-lost = 需要重新通过“{ $app }”的身份验证：{ $problem }
person-assigned = 已将该人员分配到“{ $app }”。
person-unassigned = 已取消该人员在“{ $app }”的分配。
people-assigned = { $named } 人中有 { $count } 人已分配到“{ $app }”。
people-unassigned = { $named } 人中有 { $count } 人已取消在“{ $app }”的分配。
group-assigned = 已将组“{ $group }”分配到“{ $app }”，组中有 { $people } 人。
group-unassigned = 已取消组“{ $group }”在“{ $app }”的分配，组中有 { $people } 人。
comparison-requested = 将再次与应用程序比对 { $people } 人。
retry-requested = 已将 { $items } 个失败项放回重试。
status-provisioning-off = SCIM 配置已关闭。
status-no-connection = 尚未配置 SCIM 连接。
status-no-password = 缺少密码。
status-no-header = 缺少 Authorization 标头的值。
status-not-authenticated = 尚未有人通过该应用程序的身份验证。

## 配置

account-created = 已创建用户 { $user }（应用程序 { $app }）。
account-linked = 已将用户 { $user } 链接到现有账户（应用程序 { $app }）。
account-updated = 已更新用户 { $user }（应用程序 { $app }）。
account-deactivated = 已停用用户 { $user }（应用程序 { $app }）。
account-reactivated = 已重新启用用户 { $user }（应用程序 { $app }）。
account-up-to-date = 无需为 { $user } 发送任何内容：账户已是最新（应用程序 { $app }）。
account-inactive = 无需为 { $user } 发送任何内容：账户已停用（应用程序 { $app }）。
account-absent = 用户 { $user } 没有账户（应用程序 { $app }），因此无需停用。
person-not-assigned = 无需为 { $user } 发送任何内容：该人员未分配，也没有账户（应用程序 { $app }）。
off-provisioning = 未为 { $user } 发送任何内容：SCIM 配置已关闭（应用程序 { $app }）。
off-create-users = 未为 { $user } 发送任何内容：“创建用户”已关闭（应用程序 { $app }）。
off-update-user-attributes = 未为 { $user } 发送任何内容：“更新用户属性”已关闭（应用程序 { $app }）。
off-deactivate-users = 未为 { $user } 发送任何内容：“停用用户”已关闭（应用程序 { $app }）。
provisioning-failed = 自动配置失败（用户 { $user }，应用程序 { $app }）：{ $problem }
given-up = 自动配置失败（用户 { $user }，应用程序 { $app }）：{ $problem }（尝试 { $attempts } 次后放弃）
step-look-up = 查找用户 { $user } 时出错：{ $trouble }
step-create = 创建用户 { $user } 时出错：{ $trouble }
step-update = 向此应用程序推送资料更新时出错：{ $trouble }
step-deactivate = 停用用户 { $user } 时出错：{ $trouble }
step-reactivate = 重新启用用户 { $user } 时出错：{ $trouble }

## 目标和授权服务器的情况

credentials-invalid = 用于连接 API 的凭据无效，请检查您的配置
rate-limited = 请求过多：目标限制了我们的请求速率
answered = 目标答复 { $phrase }
too-large = 答复超过 { $size } MiB
no-match = 未找到匹配的用户
ambiguous = 有 { $count } 个用户匹配，请在目标处使其唯一，然后重试
empty-answer = 创建新用户时返回了空用户
no-identifier = 该人员的唯一标识符字段没有值，请填写后重试
forbidden-scheme = 目标只能使用 https 地址
forbidden-credentials = 地址中不能包含用户名或密码
forbidden-port = 目标不能使用端口 { $port }
forbidden-address = 主机 { $host } 不在公共网络上，而目标只能在公共网络上
said-words = { $trouble }。远程服务器报告的错误：{ $words }
said-not-json = { $trouble }。JSON 无效：答复以“{ $words }”开头
said-nothing = { $trouble }。JSON 无效：答复为空
said-redirect = { $trouble }。目标重定向到别处，而我们不跟随重定向，请更正基础 URL
said-not-a-list = { $trouble }。答复不是 SCIM 列表
said-not-an-object = { $trouble }。答复不是 JSON 对象
said-not-a-resource = { $trouble }。Resources 的某个元素不是对象
said-no-id = { $trouble }。答复中的用户没有 id
said-other-user = { $trouble }。请求的是用户 { $words }，答复却是另一个用户
silence-timed-out = { $seconds } 秒内没有答复
silence-out-of-time = 目标未及时答复
silence-closed = 对方关闭了连接
silence-connection = 连接失败：{ $words }
tokens-not-authorized = 该应用程序尚未授权
tokens-no-refresh-token = 访问令牌不再被接受，并且没有刷新令牌
tokens-unsendable = 访问令牌中有无法发送的字符
tokens-unstored = 无法读取或写入存储的令牌
tokens-refused = 授权服务器拒绝：{ $words }
tokens-unavailable = 授权服务器暂时无法答复：{ $words }
tokens-unreachable = 无法连接授权服务器：{ $trouble }
tokens-invalid = 授权服务器的答复不是令牌：{ $trouble }
not-tokens-json = 答复以“{ $words }”开头
not-tokens-empty = 答复为空
not-tokens-missing = 其中没有 access_token
not-tokens-type = 不支持 { $words } 类型的令牌
test-failed = 身份验证出错：{ $trouble }。无法测试连接器配置。请确保 URL 和身份验证参数正确，并且该 URL 上有可用的实现。
test-misconfigured = 无法测试连接器配置：{ $problem }。
test-succeeded = 连接器配置成功
unreadable = 此版本的 Seatlink 无法读取此条目：{ $why }
