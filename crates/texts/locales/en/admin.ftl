# Administration of people, roles and settings on the receiving side.

## Permissions, by the path to their switch in the role editor

permission-switch = { $area } > { $group } > { $row }
permission-action = { $area } > { $group } > { $row }: { $action }

area-admin = Admin
area-applications = Applications
group-general = General Permissions
group-account = Account
group-provisioning = Provisioning
row-scim = SCIM
row-employees = Employees
row-role-management = Role Management
row-tokens = Access Key
row-manage-passwords = Can Manage Passwords
row-applications = Applications
row-outbox = Outbox
row-audit-read = Change Audit Report Access
row-account-settings = Admin Account Settings
row-connections = SCIM Connections
row-integrations = Integrations
action-switch = On
action-view = View
action-create = Create
action-edit = Edit
action-delete = Delete
action-deactivate = Deactivate
action-assign = User Assignment
