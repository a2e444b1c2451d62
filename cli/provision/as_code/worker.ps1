$ErrorActionPreference = 'Stop'

# 1. The app registration and its service principal; a managed identity is a service principal alone
Connect-MgGraph -Environment $graphEnvironment -TenantId $tenantId -NoWelcome -Scopes @(
    'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'Sites.FullControl.All'
)
if (-not $clientId) {
    $app = Get-MgApplication -Filter "displayName eq '$appName'" | Select-Object -First 1
    if (-not $app) {
        $app = New-MgApplication -DisplayName $appName -SignInAudience 'AzureADMyOrg'
    }
    $clientId = $app.AppId
}
if ($certificateFile) {
    $app = Get-MgApplication -Filter "appId eq '$clientId'"
    $certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($certificateFile)
    $key = @{ type = 'AsymmetricX509Cert'; usage = 'Verify'; key = $certificate.RawData }
    Update-MgApplication -ApplicationId $app.Id -KeyCredentials @($key)
}
$principal = Get-MgServicePrincipal -Filter "appId eq '$clientId'"
if (-not $principal) {
    $principal = New-MgServicePrincipal -AppId $clientId
}

# 2. Its permissions at Microsoft Graph, with admin consent. Mail is not among them: see 5.
$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$assigned = @(Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -All)
foreach ($name in $permissions) {
    $role = $graph.AppRoles | Where-Object { $_.Value -eq $name -and $_.AllowedMemberTypes -contains 'Application' }
    if ($assigned.AppRoleId -notcontains $role.Id) {
        New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -PrincipalId $principal.Id -ResourceId $graph.Id -AppRoleId $role.Id | Out-Null
    }
}

# 3. The one site on which it may write
$address = [uri]$siteUrl
$site = Invoke-MgGraphRequest -Method GET -Uri "$graphUrl/sites/$($address.Host):$($address.AbsolutePath.TrimEnd('/'))"
$grant = @{
    roles     = @('write')
    grantedTo = @{ application = @{ id = $clientId; displayName = $appName } }
}
$granted = Invoke-MgGraphRequest -Method GET -Uri "$graphUrl/sites/$($site.id)/permissions"
if ($granted.value.grantedToIdentitiesV2.application.id -notcontains $clientId) {
    Invoke-MgGraphRequest -Method POST -Uri "$graphUrl/sites/$($site.id)/permissions" -Body ($grant | ConvertTo-Json -Depth 5) | Out-Null
}

# 4. The tracking list
$lists = Invoke-MgGraphRequest -Method GET -Uri "$graphUrl/sites/$($site.id)/lists?`$filter=displayName eq '$listName'"
if ($lists.value.Count -eq 0) {
    $list = Invoke-MgGraphRequest -Method POST -Uri "$graphUrl/sites/$($site.id)/lists" -Body $listJson
    Invoke-MgGraphRequest -Method PATCH -Uri "$graphUrl/sites/$($site.id)/lists/$($list.id)/columns/Title" -Body $titleJson | Out-Null
} else {
    $list = $lists.value[0]
    Write-Warning "There is a list '$listName' already: mfa-rollout provision adds what it lacks."
}

# 5. Mail, by RBAC for Applications: these mailboxes and no other. It takes effect within two hours.
Connect-ExchangeOnline -ExchangeEnvironmentName $exchangeEnvironment -ShowBanner:$false
if (-not (Get-ServicePrincipal | Where-Object { $_.AppId -eq $clientId })) {
    New-ServicePrincipal -AppId $clientId -ObjectId $principal.Id -DisplayName $appName | Out-Null
}
$filter = ($senders | ForEach-Object { "PrimarySmtpAddress -eq '$($_ -replace "'", "''")'" }) -join ' -or '
if (Get-ManagementScope | Where-Object { $_.Name -eq $scopeName }) {
    Set-ManagementScope -Identity $scopeName -RecipientRestrictionFilter $filter
} else {
    New-ManagementScope -Name $scopeName -RecipientRestrictionFilter $filter | Out-Null
}
foreach ($name in $mailPermissions) {
    $present = Get-ManagementRoleAssignment -Role "Application $name" | Where-Object { $_.CustomResourceScope -eq $scopeName }
    if (-not $present) {
        New-ManagementRoleAssignment -App $clientId -Role "Application $name" -CustomResourceScope $scopeName | Out-Null
    }
}
foreach ($sender in $senders) {
    Test-ServicePrincipalAuthorization -Identity $clientId -Resource $sender | Format-Table
}

# 6. A view with the columns, which SharePoint shows in none by itself
Connect-PnPOnline -Url $siteUrl -Interactive -ClientId $pnpClientId
if (-not (Get-PnPView -List $listName | Where-Object { $_.Title -eq $viewName })) {
    Add-PnPView -List $listName -Title $viewName -Fields $viewColumns -SetAsDefault | Out-Null
}

# 7. What to write into the settings
"TENANT_ID=$tenantId"
"CLIENT_ID=$clientId"
"SITE_ID=$($site.id)"
"LIST_ID=$($list.id)"
"SENDER_MAILBOXES=$($senders -join ',')"
