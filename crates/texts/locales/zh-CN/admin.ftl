# 接收端的人员、角色和设置管理。

## 权限：角色编辑器中相应开关的路径

permission-scim = 管理 > 常规权限 > SCIM
permission-employees-view = 管理 > 常规权限 > 员工：查看
permission-employees-edit = 管理 > 常规权限 > 员工：创建、编辑
permission-role-management = 管理 > 常规权限 > 角色管理
permission-applications = 管理 > 常规权限 > 应用程序
permission-tokens = 管理 > 常规权限 > 访问密钥
permission-account-settings = 管理 > 常规权限 > 管理员帐户设置
permission-outbox = 管理 > 常规权限 > 发件箱
permission-audit-read = 管理 > 常规权限 > 更改审核报告访问
permission-integrations = 应用程序 > 配置
