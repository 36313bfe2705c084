# Administration of people, roles and settings on the receiving side.

## Permissions, by the path to their switch in the role editor

permission-scim = Admin > General Permissions > SCIM
permission-employees-view = Admin > General Permissions > Employees: View
permission-employees-edit = Admin > General Permissions > Employees: Create, Edit
permission-role-management = Admin > General Permissions > Role Management
permission-applications = Admin > General Permissions > Applications
permission-tokens = Admin > General Permissions > Access Key
permission-account-settings = Admin > General Permissions > Admin Account Settings
permission-outbox = Admin > General Permissions > Outbox
permission-audit-read = Admin > General Permissions > Change Audit Report Access
permission-integrations = Applications > Provisioning
