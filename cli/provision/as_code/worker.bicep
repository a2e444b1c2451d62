// What mfa-rollout needs in Entra ID: the worker's app registration and its permissions.
//   az deployment group create --resource-group <GROUP> --template-file worker.bicep
// beside a bicepconfig.json with
//   {"extensions": {"microsoftGraphV1": "br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0:1.0.0"}}
// Bicep knows neither Exchange nor SharePoint: mailboxes, site, list and view are in
//   mfa-rollout provision --print powershell
extension microsoftGraphV1

@description('Where the worker signs in by workload identity federation: issuer and subject of its token.')
param federatedIssuer string = ''
param federatedSubject string = ''

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource app 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'mfa-rollout-worker'
  displayName: appName
  signInAudience: 'AzureADMyOrg'
}

resource federated 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = if (!empty(federatedIssuer)) {
  name: '${app.uniqueName}/worker'
  issuer: federatedIssuer
  subject: federatedSubject
  audiences: [
    'api://AzureADTokenExchange'
  ]
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: app.appId
}

resource granted 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for name in permissions: {
    appRoleId: filter(graph.appRoles, role => role.value == name)[0].id
    principalId: principal.id
    resourceId: graph.id
  }
]

output clientId string = app.appId
output principalId string = principal.id
