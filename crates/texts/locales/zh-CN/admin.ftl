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
