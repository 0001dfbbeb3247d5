// Facts of MITRE ATT&CK Enterprise 18.1, data only, made by test/attack/facts.test.ts. © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.

/** A technique a line: id, name, tactics, platforms, data components, detection strategies, and whether it is revoked (with what has taken its place) or deprecated. */
export const techniqueRows = String.raw`
T1001|Data Obfuscation|command-and-control|ESXi,Linux,macOS,Windows|Network Connection Creation,Network Traffic Content,Process Creation|DET0053|
T1001.001|Junk Data|command-and-control|ESXi,Linux,macOS,Windows|Network Connection Creation,Network Traffic Content,Process Access,Process Creation|DET0011|
T1001.002|Steganography|command-and-control|Linux,macOS,Windows,ESXi|File Creation,File Metadata,Network Connection Creation,Network Traffic Content,Process Creation|DET0235|
T1001.003|Protocol or Service Impersonation|command-and-control|ESXi,Linux,macOS,Windows|Network Connection Creation,Network Traffic Content,Process Creation,Process Metadata|DET0470|
T1002|Data Compressed|exfiltration|Linux,Windows,macOS|||revoked T1560
T1003|OS Credential Dumping|credential-access|Linux,macOS,Windows|Active Directory Object Access,File Access,Process Access,Process Creation,Process Metadata|DET0234|
T1003.001|LSASS Memory|credential-access|Windows|File Creation,Process Access,Process Creation,User Account Metadata,Windows Registry Key Modification|DET0363|
T1003.002|Security Account Manager|credential-access|Windows|File Creation,File Modification,Process Creation,Windows Registry Key Modification|DET0085|
T1003.003|NTDS|credential-access|Windows|File Creation,File Modification,Process Creation,Volume Creation|DET0586|
T1003.004|LSA Secrets|credential-access|Windows|File Modification,Module Load,Process Access,Process Creation|DET0437|
T1003.005|Cached Domain Credentials|credential-access|Windows,Linux|File Access,Process Access,Process Creation|DET0513|
T1003.006|DCSync|credential-access|Windows|Active Directory Object Access,Active Directory Object Deletion,Network Traffic Content|DET0594|
T1003.007|Proc Filesystem|credential-access|Linux|File Access,File Modification,Process Access,Process Creation|DET0593|
T1003.008|/etc/passwd and /etc/shadow|credential-access|Linux|File Access,Process Creation|DET0446|
T1004|Winlogon Helper DLL|persistence|Windows|||revoked T1547.004
T1005|Data from Local System|collection|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Access,File Creation,Process Creation|DET0380|
T1006|Direct Volume Access|defense-evasion|Network Devices,Windows|Command Execution,Process Access,Process Creation|DET0426|
T1007|System Service Discovery|discovery|Linux,macOS,Windows|Command Execution,Process Creation|DET0483|
T1008|Fallback Channels|command-and-control|Linux,Windows,macOS,ESXi|Network Connection Creation,Network Traffic Flow|DET0499|
T1009|Binary Padding|defense-evasion|Linux,macOS,Windows|||revoked T1027.001
T1010|Application Window Discovery|discovery|Linux,Windows,macOS|Command Execution,OS API Execution,Process Access,Process Creation|DET0097|
T1011|Exfiltration Over Other Network Medium|exfiltration|Linux,macOS,Windows|Command Execution,File Creation,Host Status,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0077|
T1011.001|Exfiltration Over Bluetooth|exfiltration|Linux,macOS,Windows|Command Execution,File Access,File Creation,Network Connection Creation,Process Creation|DET0554|
T1012|Query Registry|discovery|Windows|Command Execution,Process Creation,Windows Registry Key Modification|DET0209|
T1013|Port Monitors|persistence,privilege-escalation|Windows|||revoked T1547.010
T1014|Rootkit|defense-evasion|Linux,macOS,Windows|Driver Load,File Creation,File Modification,Module Load,Process Creation,Service Creation|DET0377|
T1015|Accessibility Features|persistence,privilege-escalation|Windows|||revoked T1546.008
T1016|System Network Configuration Discovery|discovery|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Process Creation|DET0195|
T1016.001|Internet Connection Discovery|discovery|Windows,Linux,macOS,ESXi|Command Execution,Network Connection Creation,Process Creation,Script Execution|DET0357|
T1016.002|Wi-Fi Discovery|discovery|Linux,Windows,macOS|Command Execution,File Access,Process Creation|DET0464|
T1017|Application Deployment Software|lateral-movement|Linux,macOS,Windows|||revoked T1072
T1018|Remote System Discovery|discovery|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Access,Network Connection Creation,Process Creation|DET0574|
T1019|System Firmware|persistence|Windows|||revoked T1542.001
T1020|Automated Exfiltration|exfiltration|Linux,macOS,Network Devices,Windows|Network Connection Creation,Process Creation,Scheduled Job Creation|DET0397|
T1020.001|Traffic Duplication|exfiltration|Network Devices,IaaS|Network Connection Creation,Network Traffic Flow|DET0403|
T1021|Remote Services|lateral-movement|Linux,macOS,Windows,IaaS,ESXi|Command Execution,Logon Session Creation,Network Connection Creation,Process Creation|DET0269|
T1021.001|Remote Desktop Protocol|lateral-movement|Windows|Logon Session Creation,Logon Session Metadata,Network Connection Creation,Process Creation|DET0327|
T1021.002|SMB/Windows Admin Shares|lateral-movement|Windows|Logon Session Creation,Network Connection Creation,Process Creation|DET0530|
T1021.003|Distributed Component Object Model|lateral-movement|Windows|Logon Session Creation,Module Load,Network Connection Creation,Process Creation|DET0285|
T1021.004|SSH|lateral-movement|ESXi,Linux,macOS|Command Execution,Logon Session Creation,Logon Session Metadata,Network Traffic Content,Network Traffic Flow,Process Creation|DET0596|
T1021.005|VNC|lateral-movement|Linux,Windows,macOS|Logon Session Creation,Logon Session Metadata,Network Traffic Flow,Process Creation|DET0178|
T1021.006|Windows Remote Management|lateral-movement|Windows|Logon Session Creation,Network Traffic Flow,Process Creation,Service Metadata|DET0477|
T1021.007|Cloud Services|lateral-movement|IaaS,Identity Provider,Office Suite,SaaS|Command Execution,File Access,Logon Session Creation|DET0008|
T1021.008|Direct Cloud VM Connections|lateral-movement|IaaS|Logon Session Creation,Process Creation|DET0211|
T1022|Data Encrypted|exfiltration|Linux,macOS,Windows|||revoked T1560
T1023|Shortcut Modification|persistence|Windows|||revoked T1547.009
T1024|Custom Cryptographic Protocol|command-and-control|Linux,macOS,Windows|||revoked T1573
T1025|Data from Removable Media|collection|Linux,macOS,Windows|Drive Creation,File Access,Process Creation|DET0511|
T1026|Multiband Communication|command-and-control|Linux,macOS,Windows|||deprecated
T1027|Obfuscated Files or Information|defense-evasion|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Creation,File Metadata,File Modification,Network Traffic Content,OS API Execution,Process Creation|DET0378|
T1027.001|Binary Padding|defense-evasion|Linux,Windows,macOS|File Access,File Creation,Process Creation|DET0553|
T1027.002|Software Packing|defense-evasion|Linux,macOS,Windows|Process Access,Process Creation,Process Modification|DET0023|
T1027.003|Steganography|defense-evasion|Linux,macOS,Windows|File Access,Network Connection Creation,Process Creation|DET0119|
T1027.004|Compile After Delivery|defense-evasion|Linux,macOS,Windows|File Creation,Network Connection Creation,Process Creation|DET0501|
T1027.005|Indicator Removal from Tools|defense-evasion|Linux,macOS,Windows|Application Log Content,File Creation,File Metadata,Process Creation,Process Modification|DET0189|
T1027.006|HTML Smuggling|defense-evasion|Windows,Linux,macOS|File Creation,File Metadata,Network Traffic Content,Process Creation|DET0313|
T1027.007|Dynamic API Resolution|defense-evasion|Windows|Module Load,OS API Execution,Process Creation|DET0091|
T1027.008|Stripped Payloads|defense-evasion|macOS,Linux,Windows,Network Devices|File Creation,File Metadata,File Modification,Network Traffic Content,Process Creation|DET0019|
T1027.009|Embedded Payloads|defense-evasion|Linux,macOS,Windows|File Access,File Creation,File Metadata,File Modification,Process Creation|DET0214|
T1027.010|Command Obfuscation|defense-evasion|Linux,macOS,Windows|Command Execution,Process Creation|DET0505|
T1027.011|Fileless Storage|defense-evasion|Windows,Linux|File Creation,File Metadata,WMI Creation,Windows Registry Key Modification|DET0344|
T1027.012|LNK Icon Smuggling|defense-evasion|Windows|File Metadata,Network Connection Creation,Process Creation|DET0405|
T1027.013|Encrypted/Encoded File|defense-evasion|Linux,macOS,Windows|Command Execution,Module Load,Network Connection Creation,Process Access,Process Creation,Process Modification|DET0087|
T1027.014|Polymorphic Code|defense-evasion|Windows,macOS,Linux|File Creation,File Modification,Module Load,Process Access,Process Creation,Process Metadata,Process Modification|DET0324|
T1027.015|Compression|defense-evasion|Linux,Windows,macOS|File Access,File Creation,File Metadata,File Modification,Process Creation|DET0281|
T1027.016|Junk Code Insertion|defense-evasion|Linux,macOS,Windows|File Creation,Process Access,Process Creation,Process Modification|DET0322|
T1027.017|SVG Smuggling|defense-evasion|Linux,macOS,Windows|File Creation,File Modification,Network Connection Creation,Network Traffic Content,Process Creation|DET0510|
T1028|Windows Remote Management|execution,lateral-movement|Windows|||revoked T1021.006
T1029|Scheduled Transfer|exfiltration|Linux,macOS,Windows|Network Connection Creation,Network Traffic Flow,Process Creation,Scheduled Job Metadata|DET0399|
T1030|Data Transfer Size Limits|exfiltration|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Flow|DET0213|
T1031|Modify Existing Service|persistence|Windows|||revoked T1543.003
T1032|Standard Cryptographic Protocol|command-and-control|Linux,macOS,Windows|||revoked T1573
T1033|System Owner/User Discovery|discovery|Linux,macOS,Network Devices,Windows|Command Execution,OS API Execution,Process Creation|DET0093|
T1034|Path Interception|persistence,privilege-escalation|Windows|||deprecated
T1035|Service Execution|execution|Windows|||revoked T1569.002
T1036|Masquerading|defense-evasion|Containers,ESXi,Linux,macOS,Windows|Command Execution,File Metadata,File Modification,Image Metadata,Process Creation,Process Metadata,Service Creation,Service Metadata|DET0127|
T1036.001|Invalid Code Signature|defense-evasion|Windows,macOS|Command Execution,File Metadata,File Modification,Process Creation|DET0031|
T1036.002|Right-to-Left Override|defense-evasion|Linux,macOS,Windows|Command Execution,File Access,File Metadata,Process Creation|DET0527|
T1036.003|Rename Legitimate Utilities|defense-evasion|Linux,macOS,Windows|Command Execution,File Creation,File Metadata,File Modification,Process Creation,Process Metadata|DET0005|
T1036.004|Masquerade Task or Service|defense-evasion|Linux,macOS,Windows|Process Creation,Scheduled Job Creation,Scheduled Job Metadata,Scheduled Job Modification,Service Creation,Service Metadata|DET0117|
T1036.005|Match Legitimate Resource Name or Location|defense-evasion|Containers,ESXi,Linux,macOS,Windows|File Access,File Creation,File Metadata,Image Metadata,Module Load,Process Creation,Process Metadata,Process Modification,Scheduled Job Creation,Service Metadata|DET0347|
T1036.006|Space after Filename|defense-evasion|Linux,macOS|File Access,File Metadata,Process Creation|DET0292|
T1036.007|Double File Extension|defense-evasion|Windows|File Creation,Process Creation|DET0366|
T1036.008|Masquerade File Type|defense-evasion|Linux,macOS,Windows|File Creation,File Metadata,Process Creation|DET0226|
T1036.009|Break Process Trees|defense-evasion|Linux,macOS|OS API Execution,Process Creation|DET0443|
T1036.010|Masquerade Account Name|defense-evasion|Linux,macOS,Windows,SaaS,IaaS,Containers,Office Suite,Identity Provider|User Account Creation,User Account Metadata,User Account Modification|DET0383|
T1036.011|Overwrite Process Arguments|defense-evasion|Linux|Process Metadata,Process Modification|DET0164|
T1036.012|Browser Fingerprint|defense-evasion|Linux,macOS,Windows|Network Connection Creation,Network Traffic Content,OS API Execution,Process Creation|DET0898|
T1037|Boot or Logon Initialization Scripts|persistence,privilege-escalation|macOS,Windows,Linux,Network Devices,ESXi|File Access,File Metadata,File Modification,Process Creation,Scheduled Job Creation,Script Execution,Service Metadata,Windows Registry Key Modification|DET0112|
T1037.001|Logon Script (Windows)|persistence,privilege-escalation|Windows|File Access,Logon Session Creation,Process Creation,Script Execution|DET0072|
T1037.002|Login Hook|persistence,privilege-escalation|macOS|File Modification,Process Creation|DET0244|
T1037.003|Network Logon Script|persistence,privilege-escalation|Windows|Network Share Access,Process Creation,Script Execution|DET0367|
T1037.004|RC Scripts|persistence,privilege-escalation|macOS,Linux,Network Devices,ESXi|Command Execution,File Creation,File Modification,Process Creation,Script Execution|DET0237|
T1037.005|Startup Items|persistence,privilege-escalation|macOS|File Creation,Process Creation|DET0429|
T1038|DLL Search Order Hijacking|persistence,privilege-escalation,defense-evasion|Windows|||revoked T1574.001
T1039|Data from Network Shared Drive|collection|Linux,macOS,Windows|Drive Access,File Access,File Creation,Network Share Access|DET0410|
T1040|Network Sniffing|credential-access,discovery|Linux,macOS,Windows,Network Devices,IaaS|Cloud Service Modification,Command Execution,Network Traffic Content,Process Creation,Service Creation,User Account Authentication|DET0314|
T1041|Exfiltration Over C2 Channel|exfiltration|ESXi,Linux,macOS,Windows|File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0348|
T1042|Change Default File Association|persistence|Windows|||revoked T1546.001
T1043|Commonly Used Port|command-and-control|Linux,macOS,Windows|||deprecated
T1044|File System Permissions Weakness|persistence,privilege-escalation|Windows,Linux,macOS|||revoked T1574.010
T1045|Software Packing|defense-evasion|Windows,macOS|||revoked T1027.002
T1046|Network Service Discovery|discovery|Containers,IaaS,Linux,macOS,Network Devices,Windows|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0376|
T1047|Windows Management Instrumentation|execution|Windows|Network Connection Creation,Process Creation,WMI Creation|DET0364|
T1048|Exfiltration Over Alternative Protocol|exfiltration|ESXi,IaaS,Linux,macOS,Network Devices,Office Suite,SaaS,Windows|Cloud Storage Access,Command Execution,File Access,File Creation,File Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0131|
T1048.001|Exfiltration Over Symmetric Encrypted Non-C2 Protocol|exfiltration|Linux,macOS,Windows,ESXi|Command Execution,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0503|
T1048.002|Exfiltration Over Asymmetric Encrypted Non-C2 Protocol|exfiltration|Linux,macOS,Windows,ESXi|Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0512|
T1048.003|Exfiltration Over Unencrypted Non-C2 Protocol|exfiltration|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0149|
T1049|System Network Connections Discovery|discovery|Windows,IaaS,Linux,macOS,Network Devices,ESXi|Command Execution,Network Traffic Content,OS API Execution,Process Creation|DET0320|
T1050|New Service|persistence,privilege-escalation|Windows|||revoked T1543.003
T1051|Shared Webroot|lateral-movement|Windows|||deprecated
T1052|Exfiltration Over Physical Medium|exfiltration|Linux,macOS,Windows|Command Execution,Drive Creation,File Access,File Creation,Process Creation|DET0123|
T1052.001|Exfiltration over USB|exfiltration|Linux,Windows,macOS|Drive Creation,File Access,File Creation,Process Creation|DET0220|
T1053|Scheduled Task/Job|execution,persistence,privilege-escalation|Windows,Linux,macOS,Containers,ESXi|Command Execution,File Creation,File Modification,Process Creation,Scheduled Job Creation|DET0094|
T1053.001|At (Linux)|execution,persistence,privilege-escalation|Linux|||revoked T1053.002
T1053.002|At|execution,persistence,privilege-escalation|Windows,Linux,macOS|Command Execution,File Modification,Process Creation,Scheduled Job Creation|DET0333|
T1053.003|Cron|execution,persistence,privilege-escalation|Linux,macOS,ESXi|File Modification,Process Creation,Scheduled Job Creation|DET0290|
T1053.004|Launchd|execution,persistence,privilege-escalation|macOS|||deprecated
T1053.005|Scheduled Task|execution,persistence,privilege-escalation|Windows|File Creation,Process Creation,Scheduled Job Creation,Scheduled Job Modification,Windows Registry Key Modification|DET0441|
T1053.006|Systemd Timers|execution,persistence,privilege-escalation|Linux|File Creation,Process Creation,Scheduled Job Creation|DET0231|
T1053.007|Container Orchestration Job|execution,persistence,privilege-escalation|Containers|Container Creation,Network Traffic Content,Scheduled Job Creation|DET0206|
T1054|Indicator Blocking|defense-evasion|Windows|||revoked T1562.006
T1055|Process Injection|defense-evasion,privilege-escalation|Linux,macOS,Windows|File Access,Module Load,OS API Execution,Process Access,Process Creation,Process Metadata,Process Modification|DET0508|
T1055.001|Dynamic-link Library Injection|defense-evasion,privilege-escalation|Windows|Module Load,Named Pipe Metadata,Process Access,Process Creation|DET0389|
T1055.002|Portable Executable Injection|defense-evasion,privilege-escalation|Windows|File Creation,Process Access,Process Creation,Process Modification|DET0106|
T1055.003|Thread Execution Hijacking|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation,Process Modification|DET0295|
T1055.004|Asynchronous Procedure Call|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation,Process Modification|DET0100|
T1055.005|Thread Local Storage|defense-evasion,privilege-escalation|Windows|Module Load,OS API Execution,Process Access,Process Modification|DET0467|
T1055.008|Ptrace System Calls|defense-evasion,privilege-escalation|Linux|OS API Execution,Process Creation,Process Metadata|DET0203|
T1055.009|Proc Memory|defense-evasion,privilege-escalation|Linux|File Access,File Modification,OS API Execution|DET0541|
T1055.011|Extra Window Memory Injection|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation|DET0217|
T1055.012|Process Hollowing|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation,Process Modification|DET0382|
T1055.013|Process Doppelgänging|defense-evasion,privilege-escalation|Windows|File Creation,OS API Execution,Process Access,Process Creation|DET0544|
T1055.014|VDSO Hijacking|defense-evasion,privilege-escalation|Linux|Module Load,OS API Execution,Process Creation,Process Modification|DET0448|
T1055.015|ListPlanting|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation,Process Modification|DET0331|
T1056|Input Capture|collection,credential-access|Linux,macOS,Network Devices,Windows|File Access,File Modification,Network Connection Creation,Network Traffic Content,OS API Execution,Process Access,Process Creation,Process Metadata|DET0102|
T1056.001|Keylogging|collection,credential-access|Linux,macOS,Network Devices,Windows|File Access,Firmware Modification,Network Traffic Content,OS API Execution,Process Access,Process Creation,Process Metadata,Service Creation,Windows Registry Key Modification|DET0089|
T1056.002|GUI Input Capture|collection,credential-access|macOS,Windows,Linux|Command Execution,Process Creation,Script Execution|DET0521|
T1056.003|Web Portal Capture|collection,credential-access|Linux,macOS,Windows|File Creation,File Modification,Network Traffic Content|DET0480|
T1056.004|Credential API Hooking|collection,credential-access|Windows,Linux,macOS|File Access,Module Load,Process Access,Process Creation,Process Modification|DET0139|
T1057|Process Discovery|discovery|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Access,Process Access,Process Creation,Process Metadata|DET0034|
T1058|Service Registry Permissions Weakness|persistence,privilege-escalation|Windows|||revoked T1574.011
T1059|Command and Scripting Interpreter|execution|ESXi,IaaS,Identity Provider,Linux,macOS,Network Devices,Office Suite,Windows|Command Execution,Process Creation,User Account Authentication|DET0516|
T1059.001|PowerShell|execution|Windows|Command Execution,Module Load,Process Creation,Process Metadata|DET0455|
T1059.002|AppleScript|execution|macOS|Process Creation|DET0414|
T1059.003|Windows Command Shell|execution|Windows|Module Load,Process Creation,Script Execution|DET0202|
T1059.004|Unix Shell|execution|ESXi,Linux,macOS,Network Devices|Command Execution,Logon Session Creation,Network Connection Creation,Network Traffic Flow,Process Creation,Script Execution|DET0384|
T1059.005|Visual Basic|execution|Linux,macOS,Windows|Command Execution,Module Load,Process Creation,Script Execution|DET0076|
T1059.006|Python|execution|ESXi,Linux,macOS,Windows|Command Execution,Network Traffic Content,Process Creation,Script Execution|DET0063|
T1059.007|JavaScript|execution|Linux,macOS,Windows|Command Execution,Module Load,Process Creation,Script Execution|DET0264|
T1059.008|Network Device CLI|execution|Network Devices|Command Execution,Network Traffic Content,User Account Authentication|DET0142|
T1059.009|Cloud API|execution|IaaS,Identity Provider,Office Suite,SaaS|Cloud Service Modification,Command Execution,User Account Authentication|DET0078|
T1059.010|AutoHotKey & AutoIT|execution|Windows|File Creation,Process Access,Process Creation|DET0332|
T1059.011|Lua|execution|Linux,Network Devices,Windows,macOS|Command Execution,File Creation,File Metadata,Process Creation,Script Execution|DET0101|
T1059.012|Hypervisor CLI|execution|ESXi|Command Execution,User Account Authentication|DET0558|
T1059.013|Container CLI/API|execution|Containers|Command Execution,Container Creation,Container Start,Pod Creation,Process Creation|DET0083|
T1060|Registry Run Keys / Startup Folder|persistence|Windows|||revoked T1547.001
T1061|Graphical User Interface|execution|Linux,macOS,Windows|||deprecated
T1062|Hypervisor|persistence|Windows|||deprecated
T1063|Security Software Discovery|discovery|macOS,Windows|||revoked T1518.001
T1064|Scripting|defense-evasion,execution|Linux,macOS,Windows|||deprecated
T1065|Uncommonly Used Port|command-and-control|Linux,macOS,Windows|||revoked T1571
T1066|Indicator Removal from Tools|defense-evasion|Linux,macOS,Windows|||revoked T1027.005
T1067|Bootkit|persistence|Linux,Windows|||revoked T1542.003
T1068|Exploitation for Privilege Escalation|privilege-escalation|Containers,Linux,macOS,Windows|Container Enumeration,Driver Load,Logon Session Creation,Logon Session Metadata,Module Load,Process Access,Process Creation|DET0514|
T1069|Permission Groups Discovery|discovery|Containers,IaaS,Identity Provider,Linux,macOS,Office Suite,SaaS,Windows|Command Execution,Process Creation|DET0179|
T1069.001|Local Groups|discovery|Linux,macOS,Windows|Process Creation|DET0114|
T1069.002|Domain Groups|discovery|Linux,macOS,Windows|Command Execution,Network Traffic Content,Process Creation|DET0360|
T1069.003|Cloud Groups|discovery|SaaS,IaaS,Office Suite,Identity Provider|Command Execution,Group Enumeration,Group Metadata|DET0251|
T1070|Indicator Removal|defense-evasion|Containers,ESXi,Linux,macOS,Network Devices,Office Suite,Windows|Application Log Content,File Deletion,File Metadata,File Modification,Scheduled Job Modification,Windows Registry Key Modification|DET0184|
T1070.001|Clear Windows Event Logs|defense-evasion|Windows|Application Log Content,File Deletion,Process Creation|DET0532|
T1070.002|Clear Linux or Mac System Logs|defense-evasion|Linux,macOS|File Deletion,File Modification,Process Creation|DET0520|
T1070.003|Clear Command History|defense-evasion|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Deletion,File Modification,Process Creation|DET0165|
T1070.004|File Deletion|defense-evasion|ESXi,Linux,macOS,Windows|Command Execution,File Access,File Deletion,File Modification,Process Creation|DET0140|
T1070.005|Network Share Connection Removal|defense-evasion|Windows|Command Execution,Logon Session Creation,Network Traffic Content,Process Creation|DET0103|
T1070.006|Timestomp|defense-evasion|ESXi,Linux,macOS,Windows|Command Execution,File Access,File Metadata,File Modification,OS API Execution,Process Creation|DET0591|
T1070.007|Clear Network Connection History and Configurations|defense-evasion|Linux,macOS,Windows,Network Devices|Command Execution,File Modification,Firewall Rule Modification,Network Traffic Content,Process Creation,Windows Registry Key Modification|DET0049|
T1070.008|Clear Mailbox Data|defense-evasion|Linux,macOS,Office Suite,Windows|Application Log Content,Command Execution,File Deletion,File Modification,Process Creation|DET0266|
T1070.009|Clear Persistence|defense-evasion|ESXi,Linux,Windows,macOS|Command Execution,File Deletion,Process Creation,Scheduled Job Creation,User Account Deletion,Windows Registry Key Modification|DET0040|
T1070.010|Relocate Malware|defense-evasion|Linux,macOS,Windows,Network Devices|Command Execution,File Creation,File Deletion,File Modification|DET0439|
T1071|Application Layer Protocol|command-and-control|Linux,macOS,Windows,Network Devices,ESXi|Command Execution,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0444|
T1071.001|Web Protocols|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0027|
T1071.002|File Transfer Protocols|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0416|
T1071.003|Mail Protocols|command-and-control|Linux,macOS,Network Devices,Windows|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0135|
T1071.004|DNS|command-and-control|Linux,macOS,Windows,Network Devices,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0400|
T1071.005|Publish/Subscribe Protocols|command-and-control|macOS,Linux,Windows,Network Devices|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0002|
T1072|Software Deployment Tools|execution,lateral-movement|Linux,macOS,Network Devices,SaaS,Windows|Application Log Content,Command Execution,Network Traffic Flow,Process Creation|DET0223|
T1073|DLL Side-Loading|defense-evasion|Windows|||revoked T1574.002
T1074|Data Staged|collection|Windows,IaaS,Linux,macOS,ESXi|Cloud Storage Access,Command Execution,File Access,File Creation,Process Creation|DET0014|
T1074.001|Local Data Staging|collection|ESXi,Linux,macOS,Windows|Command Execution,File Access,File Creation,Process Creation,Snapshot Creation|DET0261|
T1074.002|Remote Data Staging|collection|Windows,IaaS,Linux,macOS,ESXi|Cloud Storage Access,Command Execution,File Access,File Creation,Network Share Access,Network Traffic Content,Process Creation|DET0071|
T1075|Pass the Hash|lateral-movement|Windows|||revoked T1550.002
T1076|Remote Desktop Protocol|lateral-movement|Windows|||revoked T1021.001
T1077|Windows Admin Shares|lateral-movement|Windows|||revoked T1021.002
T1078|Valid Accounts|defense-evasion,persistence,privilege-escalation,initial-access|Containers,ESXi,IaaS,Identity Provider,Linux,macOS,Network Devices,Office Suite,SaaS,Windows|Logon Session Creation,Logon Session Metadata,Process Creation,User Account Authentication|DET0560|
T1078.001|Default Accounts|defense-evasion,persistence,privilege-escalation,initial-access|Windows,SaaS,IaaS,Linux,macOS,Containers,Network Devices,Office Suite,Identity Provider,ESXi|Logon Session Creation,Logon Session Metadata,User Account Authentication|DET0465|
T1078.002|Domain Accounts|defense-evasion,persistence,privilege-escalation,initial-access|ESXi,Linux,macOS,Windows|Logon Session Metadata,Network Connection Creation,Process Creation,User Account Authentication|DET0210|
T1078.003|Local Accounts|defense-evasion,persistence,privilege-escalation,initial-access|Linux,macOS,Windows,Containers,Network Devices,ESXi|Logon Session Creation,Logon Session Metadata,User Account Authentication|DET0407|
T1078.004|Cloud Accounts|defense-evasion,persistence,privilege-escalation,initial-access|IaaS,Identity Provider,Office Suite,SaaS|Logon Session Creation,Logon Session Metadata,User Account Authentication|DET0546|
T1079|Multilayer Encryption|command-and-control|Linux,macOS,Windows|||revoked T1573
T1080|Taint Shared Content|lateral-movement|Windows,SaaS,Linux,macOS,Office Suite|File Creation,File Modification,Network Share Access|DET0471|
T1081|Credentials in Files|credential-access|Windows,IaaS,Linux,macOS|||revoked T1552.001
T1082|System Information Discovery|discovery|ESXi,IaaS,Linux,macOS,Network Devices,Windows|Command Execution,Instance Enumeration,Process Creation|DET0525|
T1083|File and Directory Discovery|discovery|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Access,File Creation,Process Creation|DET0370|
T1084|Windows Management Instrumentation Event Subscription|persistence|Windows|||revoked T1546.003
T1085|Rundll32|defense-evasion,execution|Windows|||revoked T1218.011
T1086|PowerShell|execution|Windows|||revoked T1059.001
T1087|Account Discovery|discovery|ESXi,IaaS,Identity Provider,Linux,macOS,Office Suite,SaaS,Windows|Cloud Service Enumeration,Command Execution,File Access,Process Creation,Script Execution,User Account Metadata|DET0587|
T1087.001|Local Account|discovery|ESXi,Linux,macOS,Windows|File Access,Process Creation,User Account Metadata|DET0303|
T1087.002|Domain Account|discovery|Linux,macOS,Windows|Command Execution,Network Traffic Content,Process Creation|DET0129|
T1087.003|Email Account|discovery|Windows,Office Suite|Application Log Content,Command Execution,Process Creation,User Account Authentication,User Account Metadata|DET0229|
T1087.004|Cloud Account|discovery|IaaS,Identity Provider,Office Suite,SaaS|Application Log Content,Command Execution,User Account Authentication,User Account Metadata|DET0386|
T1088|Bypass User Account Control|defense-evasion,privilege-escalation|Windows|||revoked T1548.002
T1089|Disabling Security Tools|defense-evasion|Linux,macOS,Windows|||revoked T1562.001
T1090|Proxy|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Firewall Rule Modification,Network Connection Creation,Network Traffic Flow,Process Creation|DET0445|
T1090.001|Internal Proxy|command-and-control|Linux,Network Devices,Windows,macOS,ESXi|Command Execution,Firewall Rule Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation,Service Creation|DET0075|
T1090.002|External Proxy|command-and-control|ESXi,Linux,Network Devices,Windows,macOS|Firewall Rule Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0325|
T1090.003|Multi-hop Proxy|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Firmware Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0359|
T1090.004|Domain Fronting|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Process Creation|DET0196|
T1091|Replication Through Removable Media|lateral-movement,initial-access|Windows|Drive Creation,File Access,File Creation,Process Creation|DET0301|
T1092|Communication Through Removable Media|command-and-control|Linux,macOS,Windows|Drive Creation,File Creation,Process Creation|DET0090|
T1093|Process Hollowing|defense-evasion|Windows|||revoked T1055.012
T1094|Custom Command and Control Protocol|command-and-control|Linux,macOS,Windows|||revoked T1095
T1095|Non-Application Layer Protocol|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Network Connection Creation,Network Traffic Content,Network Traffic Flow|DET0457|
T1096|NTFS File Attributes|defense-evasion|Windows|||revoked T1564.004
T1097|Pass the Ticket|lateral-movement|Windows|||revoked T1550.003
T1098|Account Manipulation|persistence,privilege-escalation|Containers,ESXi,IaaS,Identity Provider,Linux,macOS,Network Devices,Office Suite,SaaS,Windows|Active Directory Object Modification,File Modification,Process Creation,User Account Modification|DET0096|
T1098.001|Additional Cloud Credentials|persistence,privilege-escalation|IaaS,Identity Provider,SaaS|Active Directory Object Creation,Active Directory Object Modification,User Account Modification|DET0531|
T1098.002|Additional Email Delegate Permissions|persistence,privilege-escalation|Windows,Office Suite|Application Log Content,Process Creation,User Account Modification|DET0373|
T1098.003|Additional Cloud Roles|persistence,privilege-escalation|IaaS,Identity Provider,Office Suite,SaaS|User Account Modification|DET0277|
T1098.004|SSH Authorized Keys|persistence,privilege-escalation|Linux,macOS,IaaS,Network Devices,ESXi|Command Execution,File Modification,Process Creation|DET0126|
T1098.005|Device Registration|persistence,privilege-escalation|Windows,Identity Provider|Active Directory Object Creation,Application Log Content,User Account Modification|DET0036|
T1098.006|Additional Container Cluster Roles|persistence,privilege-escalation|Containers|User Account Modification|DET0572|
T1098.007|Additional Local or Domain Groups|persistence,privilege-escalation|Windows,macOS,Linux|User Account Modification|DET0310|
T1099|Timestomp|defense-evasion|Linux,Windows,macOS|||revoked T1070.006
T1100|Web Shell|persistence,privilege-escalation|Linux,Windows,macOS|||revoked T1505.003
T1101|Security Support Provider|persistence|Windows|||revoked T1547.005
T1102|Web Service|command-and-control|ESXi,Linux,Windows,macOS|Network Connection Creation,Network Traffic Content,Network Traffic Flow|DET0425|
T1102.001|Dead Drop Resolver|command-and-control|ESXi,Linux,macOS,Windows|Network Connection Creation,Network Traffic Content,Network Traffic Flow|DET0058|
T1102.002|Bidirectional Communication|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0035|
T1102.003|One-Way Communication|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0581|
T1103|AppInit DLLs|persistence,privilege-escalation|Windows|||revoked T1546.010
T1104|Multi-Stage Channels|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Flow,Process Creation|DET0228|
T1105|Ingress Tool Transfer|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Creation,Network Connection Creation,Network Traffic Flow,Process Creation|DET0060|
T1106|Native API|execution|Linux,macOS,Windows|Module Load,Process Access,Process Creation|DET0529|
T1107|File Deletion|defense-evasion|Linux,macOS,Windows|||revoked T1070.004
T1108|Redundant Access|defense-evasion,persistence|Windows,SaaS,IaaS,Linux,macOS,Office Suite,Identity Provider|||deprecated
T1109|Component Firmware|defense-evasion,persistence|Windows|||revoked T1542.002
T1110|Brute Force|credential-access|Containers,ESXi,IaaS,Identity Provider,Linux,macOS,Network Devices,Office Suite,SaaS,Windows|User Account Authentication|DET0463|
T1110.001|Password Guessing|credential-access|Windows,SaaS,IaaS,Linux,macOS,Containers,Network Devices,Office Suite,Identity Provider,ESXi|User Account Authentication|DET0551|
T1110.002|Password Cracking|credential-access|Linux,macOS,Windows,Network Devices,Office Suite,Identity Provider|File Access,File Creation,Process Access,Process Creation,User Account Authentication|DET0105|
T1110.003|Password Spraying|credential-access|Containers,ESXi,IaaS,Identity Provider,Linux,Network Devices,Office Suite,SaaS,Windows,macOS|User Account Authentication|DET0487|
T1110.004|Credential Stuffing|credential-access|Windows,SaaS,IaaS,Linux,macOS,Containers,Network Devices,Office Suite,Identity Provider,ESXi|User Account Authentication|DET0460|
T1111|Multi-Factor Authentication Interception|credential-access|Linux,Windows,macOS|Driver Load,Logon Session Creation,OS API Execution,Process Access,Process Creation,Windows Registry Key Modification|DET0246|
T1112|Modify Registry|defense-evasion,persistence|Windows|Process Creation,Windows Registry Key Modification|DET0280|
T1113|Screen Capture|collection|Linux,Windows,macOS|Module Load,Process Creation|DET0346|
T1114|Email Collection|collection|Windows,macOS,Linux,Office Suite|Application Log Content,Command Execution,File Access,Logon Session Creation,Network Connection Creation,Network Share Access,Process Creation|DET0476|
T1114.001|Local Email Collection|collection|Windows|File Access,File Creation,Network Connection Creation,Process Creation|DET0047|
T1114.002|Remote Email Collection|collection|Windows,Office Suite|Application Log Content,Command Execution,Logon Session Creation,Network Connection Creation|DET0048|
T1114.003|Email Forwarding Rule|collection|Linux,macOS,Office Suite,Windows|Application Log Content,Cloud Service Metadata,Command Execution,File Modification,Process Creation|DET0576|
T1115|Clipboard Data|collection|Linux,macOS,Windows|Process Access,Process Creation|DET0341|
T1116|Code Signing|defense-evasion|macOS,Windows|||revoked T1553.002
T1117|Regsvr32|defense-evasion,execution|Windows|||revoked T1218.010
T1118|InstallUtil|defense-evasion,execution|Windows|||revoked T1218.004
T1119|Automated Collection|collection|IaaS,Linux,macOS,Office Suite,SaaS,Windows|File Access,File Creation,Process Creation,Script Execution,User Account Authentication|DET0186|
T1120|Peripheral Device Discovery|discovery|Linux,Windows,macOS|Drive Access,File Access,Process Access,Process Creation|DET0491|
T1121|Regsvcs/Regasm|defense-evasion,execution|Windows|||revoked T1218.009
T1122|Component Object Model Hijacking|defense-evasion,persistence|Windows|||revoked T1546.015
T1123|Audio Capture|collection|Linux,macOS,Windows|File Access,File Creation,OS API Execution,Process Access,Process Creation|DET0221|
T1124|System Time Discovery|discovery|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,File Creation,File Modification,Module Load,OS API Execution,Process Access,Process Creation,Process Metadata,Scheduled Job Creation,Scheduled Job Metadata,User Account Authentication|DET0151|
T1125|Video Capture|collection|Windows,macOS,Linux|Command Execution,File Access,File Creation,Module Load,Network Connection Creation,Network Traffic Content,OS API Execution,Process Creation,Process Metadata|DET0197|
T1126|Network Share Connection Removal|defense-evasion|Windows|||revoked T1070.005
T1127|Trusted Developer Utilities Proxy Execution|defense-evasion|Windows|File Creation,Module Load,Network Connection Creation,Process Creation,Process Metadata|DET0172|
T1127.001|MSBuild|defense-evasion|Windows|File Creation,Module Load,Network Connection Creation,Process Access,Process Creation,Process Metadata,Process Modification,Script Execution|DET0556|
T1127.002|ClickOnce|defense-evasion|Windows|Module Load,Process Creation,Process Metadata|DET0191|
T1127.003|JamPlus|defense-evasion|Windows|File Creation,Network Connection Creation,Process Creation,Process Metadata|DET0585|
T1128|Netsh Helper DLL|persistence|Windows|||revoked T1546.007
T1129|Shared Modules|execution|Linux,macOS,Windows|File Access,File Creation,Module Load,Network Connection Creation,Network Traffic Content,Process Creation,Process Metadata|DET0018|
T1130|Install Root Certificate|defense-evasion|Linux,Windows,macOS|||revoked T1553.004
T1131|Authentication Package|persistence|Windows|||revoked T1547.002
T1132|Data Encoding|command-and-control|Linux,macOS,Windows,ESXi|Command Execution,Network Connection Creation,Network Traffic Content,Process Creation,User Account Authentication|DET0108|
T1132.001|Standard Encoding|command-and-control|ESXi,Linux,Windows,macOS|Application Log Content,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation,Script Execution|DET0124|
T1132.002|Non-Standard Encoding|command-and-control|ESXi,Linux,macOS,Windows|Application Log Content,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation,Script Execution|DET0326|
T1133|External Remote Services|persistence,initial-access|Containers,Linux,macOS,Windows|Application Log Content,Logon Session Metadata,Network Connection Creation,Network Traffic Flow,User Account Authentication|DET0354|
T1134|Access Token Manipulation|defense-evasion,privilege-escalation|Windows|Active Directory Object Modification,Logon Session Metadata,OS API Execution,Process Access,Process Creation|DET0283|
T1134.001|Token Impersonation/Theft|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Access,Process Creation|DET0482|
T1134.002|Create Process with Token|defense-evasion,privilege-escalation|Windows|Active Directory Object Modification,Logon Session Metadata,OS API Execution,Process Access,Process Creation|DET0456|
T1134.003|Make and Impersonate Token|defense-evasion,privilege-escalation|Windows|Logon Session Metadata,OS API Execution,Process Creation|DET0498|
T1134.004|Parent PID Spoofing|defense-evasion,privilege-escalation|Windows|OS API Execution,Process Creation,Process Metadata|DET0489|
T1134.005|SID-History Injection|defense-evasion,privilege-escalation|Windows|Active Directory Object Modification,OS API Execution,User Account Metadata|DET0136|
T1135|Network Share Discovery|discovery|Linux,macOS,Windows|Command Execution,Named Pipe Metadata,Network Connection Creation,Network Traffic Flow,OS API Execution,Process Creation|DET0182|
T1136|Create Account|persistence|Windows,IaaS,Linux,macOS,Network Devices,Containers,SaaS,Office Suite,Identity Provider,ESXi|Command Execution,File Modification,Process Creation,User Account Creation,User Account Modification|DET0583|
T1136.001|Local Account|persistence|Linux,macOS,Windows,Network Devices,Containers,ESXi|Command Execution,File Modification,Process Creation,User Account Creation|DET0447|
T1136.002|Domain Account|persistence|Linux,macOS,Windows|Command Execution,Logon Session Creation,Process Creation,User Account Authentication,User Account Creation|DET0003|
T1136.003|Cloud Account|persistence|IaaS,SaaS,Office Suite,Identity Provider|Group Modification,User Account Authentication,User Account Creation,User Account Modification|DET0319|
T1137|Office Application Startup|persistence|Windows,Office Suite|Application Log Content,File Creation,Process Creation,User Account Modification,Windows Registry Key Modification|DET0398|
T1137.001|Office Template Macros|persistence|Windows,Office Suite|Command Execution,File Creation,File Metadata,Process Creation,Windows Registry Key Modification|DET0519|
T1137.002|Office Test|persistence|Windows,Office Suite|Command Execution,File Creation,Module Load,Process Creation,Windows Registry Key Modification|DET0315|
T1137.003|Outlook Forms|persistence|Windows,Office Suite|Application Log Content,Command Execution,Module Load,Process Creation|DET0029|
T1137.004|Outlook Home Page|persistence|Windows,Office Suite|Application Log Content,Command Execution,Module Load,Process Creation|DET0177|
T1137.005|Outlook Rules|persistence|Windows,Office Suite|Application Log Content,Command Execution,Module Load,Process Creation|DET0095|
T1137.006|Add-ins|persistence|Windows,Office Suite|Application Log Content,Command Execution,File Creation,File Modification,Process Creation,Windows Registry Key Modification|DET0050|
T1138|Application Shimming|persistence,privilege-escalation|Windows|||revoked T1546.011
T1139|Bash History|credential-access|Linux,macOS|||revoked T1552.003
T1140|Deobfuscate/Decode Files or Information|defense-evasion|ESXi,Linux,macOS,Windows|Command Execution,File Creation,Process Access,Process Creation|DET0275|
T1141|Input Prompt|credential-access|macOS,Windows|||revoked T1056.002
T1142|Keychain|credential-access|macOS|||revoked T1555.001
T1143|Hidden Window|defense-evasion|macOS,Windows|||revoked T1564.003
T1144|Gatekeeper Bypass|defense-evasion|macOS|||revoked T1553.001
T1145|Private Keys|credential-access|Linux,macOS,Windows|||revoked T1552.004
T1146|Clear Command History|defense-evasion|Linux,macOS|||revoked T1070.003
T1147|Hidden Users|defense-evasion|macOS|||revoked T1564.002
T1148|HISTCONTROL|defense-evasion|Linux,macOS|||revoked T1562.003
T1149|LC_MAIN Hijacking|defense-evasion|macOS|||deprecated
T1150|Plist Modification|defense-evasion,persistence,privilege-escalation|macOS|||revoked T1547.011
T1151|Space after Filename|defense-evasion,execution|Linux,macOS|||revoked T1036.006
T1152|Launchctl|defense-evasion,execution,persistence|macOS|||revoked T1569.001
T1153|Source|execution|Linux,macOS|||deprecated
T1154|Trap|execution,persistence|Linux,macOS|||revoked T1546.005
T1155|AppleScript|execution|macOS|||revoked T1059.002
T1156|Malicious Shell Modification|persistence|Linux,macOS|||revoked T1546.004
T1157|Dylib Hijacking|persistence,privilege-escalation|macOS|||revoked T1574.004
T1158|Hidden Files and Directories|defense-evasion,persistence|Linux,macOS,Windows|||revoked T1564.001
T1159|Launch Agent|persistence|macOS|||revoked T1543.001
T1160|Launch Daemon|persistence,privilege-escalation|macOS|||revoked T1543.004
T1161|LC_LOAD_DYLIB Addition|persistence|macOS|||revoked T1546.006
T1162|Login Item|persistence|macOS|||revoked T1547.011
T1163|Rc.common|persistence|macOS|||revoked T1037.004
T1164|Re-opened Applications|persistence|macOS|||revoked T1547.007
T1165|Startup Items|persistence,privilege-escalation|macOS|||revoked T1037.005
T1166|Setuid and Setgid|privilege-escalation,persistence|Linux,macOS|||revoked T1548.001
T1167|Securityd Memory|credential-access|macOS|||revoked T1555.002
T1168|Local Job Scheduling|persistence,execution|Linux,macOS|||revoked T1053
T1169|Sudo|privilege-escalation|Linux,macOS|||revoked T1548.003
T1170|Mshta|defense-evasion,execution|Windows|||revoked T1218.005
T1171|LLMNR/NBT-NS Poisoning and Relay|credential-access|Windows|||revoked T1557.001
T1172|Domain Fronting|command-and-control|Linux,macOS,Windows|||revoked T1090.004
T1173|Dynamic Data Exchange|execution|Windows|||revoked T1559.002
T1174|Password Filter DLL|credential-access|Windows|||revoked T1556.002
T1175|Component Object Model and Distributed COM|lateral-movement,execution|Windows|||deprecated
T1176|Software Extensions|persistence|Linux,macOS,Windows|Command Execution,File Creation,Network Connection Creation,Network Traffic Flow,Process Creation,Windows Registry Key Modification|DET0092|
T1176.001|Browser Extensions|persistence|Linux,Windows,macOS|Command Execution,File Access,File Creation,Network Connection Creation,Network Traffic Content,Process Creation,Windows Registry Key Modification|DET0044|
T1176.002|IDE Extensions|persistence|Linux,macOS,Windows|File Creation,Network Connection Creation,Network Traffic Flow,Process Creation|DET0561|
T1177|LSASS Driver|execution,persistence|Windows|||revoked T1547.008
T1178|SID-History Injection|privilege-escalation|Windows|||revoked T1134.005
T1179|Hooking|persistence,privilege-escalation,credential-access|Windows|||revoked T1056.004
T1180|Screensaver|persistence|Windows|||revoked T1546.002
T1181|Extra Window Memory Injection|defense-evasion,privilege-escalation|Windows|||revoked T1055.011
T1182|AppCert DLLs|persistence,privilege-escalation|Windows|||revoked T1546.009
T1183|Image File Execution Options Injection|privilege-escalation,persistence,defense-evasion|Windows|||revoked T1546.012
T1184|SSH Hijacking|lateral-movement|Linux,macOS|||revoked T1563.001
T1185|Browser Session Hijacking|collection|Windows|Logon Session Creation,Logon Session Metadata,Module Load,Network Connection Creation,Process Access,Process Modification,User Account Metadata|DET0507|
T1186|Process Doppelgänging|defense-evasion|Windows|||revoked T1055.013
T1187|Forced Authentication|credential-access|Windows|File Creation,File Modification,Network Traffic Content,Network Traffic Flow|DET0022|
T1188|Multi-hop Proxy|command-and-control|Linux,macOS,Windows|||revoked T1090.003
T1189|Drive-by Compromise|initial-access|Identity Provider,Linux,macOS,Windows|Application Log Content,File Creation,Logon Session Creation,Network Connection Creation,Network Traffic Content,Process Creation,Process Modification,User Account Authentication,User Account Metadata|DET0176|
T1190|Exploit Public-Facing Application|initial-access|Containers,ESXi,IaaS,Linux,macOS,Network Devices,Windows|Application Log Content,Module Load,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0080|
T1191|CMSTP|defense-evasion,execution|Windows|||revoked T1218.003
T1192|Spearphishing Link|initial-access|Windows,macOS,Linux,Office 365,SaaS|||revoked T1566.002
T1193|Spearphishing Attachment|initial-access|Windows,macOS,Linux|||revoked T1566.001
T1194|Spearphishing via Service|initial-access|Windows,macOS,Linux|||revoked T1566.003
T1195|Supply Chain Compromise|initial-access|Linux,Windows,macOS,SaaS|File Creation,File Metadata,File Modification,Module Load,Network Traffic Flow,Process Creation,Process Modification|DET0537|
T1195.001|Compromise Software Dependencies and Development Tools|initial-access|Linux,macOS,Windows|File Creation,File Metadata,Module Load,Network Traffic Flow,Process Creation,Process Modification,Windows Registry Key Modification|DET0009|
T1195.002|Compromise Software Supply Chain|initial-access|Linux,Windows,macOS|Driver Load,File Creation,File Metadata,Module Load,Network Connection Creation,Network Traffic Flow,Process Creation,Windows Registry Key Modification|DET0309|
T1195.003|Compromise Hardware Supply Chain|initial-access|Linux,macOS,Windows|Driver Load,File Metadata,Host Status,Module Load,Process Access|DET0368|
T1196|Control Panel Items|defense-evasion,execution|Windows|||revoked T1218.002
T1197|BITS Jobs|defense-evasion,persistence|Windows|Command Execution,Network Connection Creation,Process Creation,Service Creation|DET0098|
T1198|SIP and Trust Provider Hijacking|defense-evasion,persistence|Windows|||revoked T1553.003
T1199|Trusted Relationship|initial-access|Windows,SaaS,IaaS,Linux,macOS,Identity Provider,Office Suite|Application Log Content,Logon Session Creation,Logon Session Metadata,Network Connection Creation,Network Traffic Content|DET0488|
T1200|Hardware Additions|initial-access|Windows,Linux,macOS|Application Log Content,Drive Creation,Driver Load,File Creation,Module Load,Network Connection Creation,Network Traffic Flow,Process Creation|DET0069|
T1201|Password Policy Discovery|discovery|Windows,Linux,macOS,IaaS,Network Devices,Identity Provider,SaaS,Office Suite|Active Directory Object Access,Command Execution,Process Creation,User Account Metadata|DET0161|
T1202|Indirect Command Execution|defense-evasion|Windows|File Creation,Network Connection Creation,Process Creation|DET0200|
T1203|Exploitation for Client Execution|execution|Linux,macOS,Windows|Application Log Content,File Access,File Creation,File Modification,Network Connection Creation,Network Traffic Flow,Process Creation|DET0287|
T1204|User Execution|execution|Linux,Windows,macOS,IaaS,Containers|Application Log Content,Container Creation,Container Start,File Access,File Creation,File Modification,Instance Creation,Instance Start,Network Connection Creation,Network Traffic Content,Process Creation|DET0478|
T1204.001|Malicious Link|execution|Linux,macOS,Windows|File Creation,Network Connection Creation,Network Traffic Content,Process Creation|DET0066|
T1204.002|Malicious File|execution|Linux,macOS,Windows|File Creation,File Metadata,Process Creation|DET0294|
T1204.003|Malicious Image|execution|IaaS,Containers|Command Execution,Container Creation,Container Start,Image Creation,Instance Creation,Instance Start,Network Traffic Content,Process Creation|DET0248|
T1204.004|Malicious Copy and Paste|execution|Linux,macOS,Windows|Command Execution,File Creation,Network Connection Creation,Network Traffic Content,Process Creation|DET0340|
T1204.005|Malicious Library|execution|Linux,macOS,Windows|File Creation,File Metadata,Network Connection Creation,Network Traffic Content,Process Creation|DET0252|
T1205|Traffic Signaling|defense-evasion,persistence,command-and-control|Linux,macOS,Network Devices,Windows|Command Execution,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0524|
T1205.001|Port Knocking|defense-evasion,persistence,command-and-control|Linux,macOS,Windows,Network Devices|Network Connection Creation,Network Traffic Flow,Process Creation|DET0302|
T1205.002|Socket Filters|defense-evasion,persistence,command-and-control|Linux,macOS,Windows|Driver Load,Module Load,Network Connection Creation,Network Traffic Content,Process Creation,Service Creation|DET0162|
T1206|Sudo Caching|privilege-escalation|Linux,macOS|||revoked T1548.003
T1207|Rogue Domain Controller|defense-evasion|Windows|Active Directory Credential Request,Active Directory Object Access,Active Directory Object Creation,Active Directory Object Modification,Network Traffic Content|DET0276|
T1208|Kerberoasting|credential-access|Windows|||revoked T1558.003
T1209|Time Providers|persistence|Windows|||revoked T1547.003
T1210|Exploitation of Remote Services|lateral-movement|Linux,Windows,macOS,ESXi|Application Log Content,File Creation,Module Load,Network Connection Creation,Network Traffic Content,Process Access,Process Creation|DET0118|
T1211|Exploitation for Defense Evasion|defense-evasion|Linux,Windows,macOS,SaaS,IaaS|Application Log Content,Module Load,Process Creation|DET0595|
T1212|Exploitation for Credential Access|credential-access|Linux,Windows,macOS,Identity Provider|Application Log Content,Process Access,Process Creation,User Account Authentication|DET0174|
T1213|Data from Information Repositories|collection|Linux,Windows,macOS,SaaS,IaaS,Office Suite|Application Log Content,Cloud Service Modification,Cloud Storage Access,Command Execution,File Access,Network Connection Creation,Network Share Access,Process Creation|DET0413|
T1213.001|Confluence|collection|SaaS|Application Log Content,Logon Session Creation,Network Traffic Content|DET0358|
T1213.002|Sharepoint|collection|Windows,Office Suite|Application Log Content,Cloud Service Metadata,Logon Session Creation|DET0500|
T1213.003|Code Repositories|collection|SaaS|Application Log Content,Cloud Service Metadata,Logon Session Creation|DET0263|
T1213.004|Customer Relationship Management Software|collection|SaaS|Application Log Content,Logon Session Creation|DET0550|
T1213.005|Messaging Applications|collection|SaaS,Office Suite|Application Log Content,Logon Session Creation|DET0567|
T1213.006|Databases|collection|Linux,Windows,macOS,IaaS,SaaS|Application Log Content,Cloud Service Metadata,Cloud Storage Access,File Access,File Creation,Network Connection Creation,Network Traffic Content,Process Creation|DET0242|
T1214|Credentials in Registry|credential-access|Windows|||revoked T1552.002
T1215|Kernel Modules and Extensions|persistence|Linux,macOS|||revoked T1547.006
T1216|System Script Proxy Execution|defense-evasion|Windows|Command Execution,File Creation,Module Load,Process Access,Process Creation|DET0466|
T1216.001|PubPrn|defense-evasion|Windows|Command Execution,Module Load,Network Connection Creation,Process Creation|DET0528|
T1216.002|SyncAppvPublishingServer|defense-evasion|Windows|Command Execution,Module Load,Process Access,Process Creation|DET0440|
T1217|Browser Information Discovery|discovery|Linux,macOS,Windows|Command Execution,File Access,File Creation,Process Creation|DET0013|
T1218|System Binary Proxy Execution|defense-evasion|Windows,Linux,macOS|Module Load,Network Connection Creation,Process Creation|DET0081|
T1218.001|Compiled HTML File|defense-evasion|Windows|File Creation,Module Load,Network Connection Creation,Process Creation|DET0342|
T1218.002|Control Panel|defense-evasion|Windows|File Creation,Module Load,Process Creation,Windows Registry Key Creation|DET0194|
T1218.003|CMSTP|defense-evasion|Windows|Command Execution,File Creation,Network Connection Creation,Process Access,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0328|
T1218.004|InstallUtil|defense-evasion|Windows|Command Execution,File Creation,Module Load,Process Creation|DET0138|
T1218.005|Mshta|defense-evasion|Windows|File Creation,Network Connection Creation,Process Creation|DET0506|
T1218.007|Msiexec|defense-evasion|Windows|Module Load,Network Connection Creation,Process Creation|DET0158|
T1218.008|Odbcconf|defense-evasion|Windows|Module Load,Network Connection Creation,Process Creation|DET0486|
T1218.009|Regsvcs/Regasm|defense-evasion|Windows|Command Execution,File Creation,Module Load,Network Connection Creation,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0361|
T1218.010|Regsvr32|defense-evasion|Windows|Module Load,Network Connection Creation,Process Creation|DET0282|
T1218.011|Rundll32|defense-evasion|Windows|File Creation,Module Load,Network Connection Creation,Process Creation|DET0475|
T1218.012|Verclsid|defense-evasion|Windows|Module Load,Network Connection Creation,Process Creation,Windows Registry Key Modification|DET0042|
T1218.013|Mavinject|defense-evasion|Windows|Command Execution,File Creation,Module Load,Network Connection Creation,Process Access,Process Creation|DET0433|
T1218.014|MMC|defense-evasion|Windows|Command Execution,File Creation,Module Load,Network Connection Creation,OS API Execution,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0222|
T1218.015|Electron Applications|defense-evasion|Linux,macOS,Windows|File Creation,Module Load,Network Connection Creation,Process Creation|DET0025|
T1219|Remote Access Tools|command-and-control|Linux,macOS,Windows|File Creation,Network Connection Creation,Process Creation,Service Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0496|
T1219.001|IDE Tunneling|command-and-control|Linux,macOS,Windows|File Creation,Network Connection Creation,Process Creation|DET0133|
T1219.002|Remote Desktop Software|command-and-control|Linux,macOS,Windows|File Creation,Firewall Rule Modification,Network Connection Creation,Process Creation|DET0259|
T1219.003|Remote Access Hardware|command-and-control|Linux,macOS,Windows|Drive Creation|DET0159|
T1220|XSL Script Processing|defense-evasion|Windows|Module Load,Process Creation|DET0205|
T1221|Template Injection|defense-evasion|Windows|Network Connection Creation,Process Creation|DET0566|
T1222|File and Directory Permissions Modification|defense-evasion|ESXi,Linux,macOS,Windows|Active Directory Object Modification,Command Execution,File Creation,File Metadata,Process Creation|DET0299|
T1222.001|Windows File and Directory Permissions Modification|defense-evasion|Windows|Active Directory Object Modification,Command Execution,File Creation,File Metadata,Process Creation,WMI Creation|DET0418|
T1222.002|Linux and Mac File and Directory Permissions Modification|defense-evasion|macOS,Linux|Command Execution,File Metadata,File Modification,Process Creation|DET0351|
T1223|Compiled HTML File|defense-evasion,execution|Windows|||revoked T1218.001
T1480|Execution Guardrails|defense-evasion|ESXi,Linux,macOS,Windows|Command Execution,File Access,File Creation,Logon Session Creation,Module Load,Network Connection Creation,Process Creation,Process Modification,User Account Authentication,WMI Creation,Windows Registry Key Modification|DET0562|
T1480.001|Environmental Keying|defense-evasion|Linux,Windows,macOS|Command Execution,File Access,Logon Session Creation,Module Load,Network Connection Creation,Process Access,Process Creation,WMI Creation|DET0474|
T1480.002|Mutual Exclusion|defense-evasion|Linux,macOS,Windows|File Access,File Creation,OS API Execution,Process Creation,Process Termination|DET0132|
T1482|Domain Trust Discovery|discovery|Windows|Active Directory Object Access,Command Execution,Module Load,Process Access,Process Creation|DET0007|
T1483|Domain Generation Algorithms|command-and-control|Linux,macOS,Windows|||revoked T1568.002
T1484|Domain or Tenant Policy Modification|defense-evasion,privilege-escalation|Windows,Identity Provider|Active Directory Object Modification,Application Log Content,File Modification,Process Creation,User Account Authentication|DET0270|
T1484.001|Group Policy Modification|defense-evasion,privilege-escalation|Windows|Active Directory Object Modification,File Creation,File Modification,Process Creation,User Account Modification|DET0305|
T1484.002|Trust Modification|defense-evasion,privilege-escalation|Identity Provider,Windows|Active Directory Object Modification,Application Log Content,Command Execution,Process Creation,User Account Modification|DET0458|
T1485|Data Destruction|impact|Containers,ESXi,IaaS,Linux,macOS,Windows|Cloud Storage Deletion,Command Execution,File Creation,File Deletion,Process Creation,Process Termination,Volume Deletion|DET0146|
T1485.001|Lifecycle-Triggered Deletion|impact|IaaS|Cloud Storage Modification|DET0041|
T1486|Data Encrypted for Impact|impact|ESXi,IaaS,Linux,macOS,Windows|Cloud Storage Modification,Command Execution,File Creation,File Modification,Process Creation|DET0215|
T1487|Disk Structure Wipe|impact|Windows,macOS,Linux|||revoked T1561.002
T1488|Disk Content Wipe|impact|Linux,macOS,Windows|||revoked T1561.001
T1489|Service Stop|impact|ESXi,IaaS,Linux,macOS,Windows|File Deletion,Logon Session Metadata,Process Creation,Process Termination,Service Creation,Service Metadata|DET0021|
T1490|Inhibit System Recovery|impact|Containers,ESXi,IaaS,Linux,macOS,Network Devices,Windows|Cloud Storage Deletion,Command Execution,File Deletion,Process Creation,Service Metadata,Snapshot Deletion,Windows Registry Key Modification|DET0329|
T1491|Defacement|impact|Windows,IaaS,Linux,macOS,ESXi|Application Log Content,Cloud Storage Access,File Creation,File Modification,Network Traffic Content,Process Creation|DET0238|
T1491.001|Internal Defacement|impact|ESXi,Linux,macOS,Windows|Command Execution,File Access,File Creation,File Modification,Process Creation,Script Execution,User Account Modification|DET0082|
T1491.002|External Defacement|impact|Windows,IaaS,Linux,macOS|Cloud Storage Access,Cloud Storage Enumeration,File Creation,File Modification,Logon Session Metadata,Network Traffic Content,Process Creation|DET0590|
T1492|Stored Data Manipulation|impact|Linux,macOS,Windows|||revoked T1565.001
T1493|Transmitted Data Manipulation|impact|Linux,macOS,Windows|||revoked T1565.002
T1494|Runtime Data Manipulation|impact|Linux,macOS,Windows|||revoked T1565.003
T1495|Firmware Corruption|impact|Linux,macOS,Network Devices,Windows|Driver Load,Firmware Modification,Network Traffic Content,Process Creation|DET0167|
T1496|Resource Hijacking|impact|Windows,IaaS,Linux,macOS,Containers,SaaS|Application Log Content,Cloud Service Modification,Host Status,Instance Start,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0267|
T1496.001|Compute Hijacking|impact|Windows,IaaS,Linux,macOS,Containers|Container Creation,Host Status,Instance Start,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation,Scheduled Job Creation|DET0540|
T1496.002|Bandwidth Hijacking|impact|Linux,Windows,macOS,IaaS,Containers|Instance Start,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0028|
T1496.003|SMS Pumping|impact|SaaS|Application Log Content,User Account Authentication|DET0156|
T1496.004|Cloud Service Hijacking|impact|SaaS|Application Log Content,Cloud Service Modification,User Account Metadata|DET0147|
T1497|Virtualization/Sandbox Evasion|defense-evasion,discovery|Linux,macOS,Windows|Command Execution,Module Load,Process Creation|DET0046|
T1497.001|System Checks|defense-evasion,discovery|Linux,macOS,Windows|Module Load,Process Access,Process Creation|DET0168|
T1497.002|User Activity Based Checks|defense-evasion,discovery|Linux,Windows,macOS|Command Execution,File Access,Logon Session Metadata,OS API Execution,Process Access,Process Creation|DET0420|
T1497.003|Time Based Checks|defense-evasion,discovery|Linux,macOS,Windows|File Metadata,Module Load,OS API Execution,Process Creation|DET0141|
T1498|Network Denial of Service|impact|Windows,IaaS,Linux,macOS,Containers|Network Connection Creation,Network Traffic Flow,Process Creation|DET0518|
T1498.001|Direct Network Flood|impact|Windows,IaaS,Linux,macOS|Host Status,Network Connection Creation,Network Traffic Flow,Process Creation|DET0343|
T1498.002|Reflection Amplification|impact|Windows,IaaS,Linux,macOS|Command Execution,Firewall Rule Modification,Host Status,Network Connection Creation,Network Traffic Flow,Process Creation|DET0408|
T1499|Endpoint Denial of Service|impact|Windows,Linux,macOS,Containers,IaaS|Application Log Content,Host Status,Instance Start,Network Traffic Flow,Process Creation|DET0208|
T1499.001|OS Exhaustion Flood|impact|Linux,macOS,Windows|Host Status,Network Traffic Content,Network Traffic Flow,Process Creation|DET0356|
T1499.002|Service Exhaustion Flood|impact|Windows,IaaS,Linux,macOS|Application Log Content,Firewall Rule Modification,Host Status,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Access|DET0173|
T1499.003|Application Exhaustion Flood|impact|Windows,IaaS,Linux,macOS|Application Log Content,Cloud Service Metadata,Host Status,Network Traffic Content,Process Creation|DET0415|
T1499.004|Application or System Exploitation|impact|Windows,IaaS,Linux,macOS|Application Log Content,Instance Stop,Network Traffic Content,Process Creation,Process Termination,Service Creation|DET0304|
T1500|Compile After Delivery|defense-evasion|Linux,macOS,Windows|||revoked T1027.004
T1501|Systemd Service|persistence|Linux|||revoked T1543.002
T1502|Parent PID Spoofing|defense-evasion,privilege-escalation|Windows|||revoked T1134.004
T1503|Credentials from Web Browsers|credential-access|Linux,macOS,Windows|||revoked T1555.003
T1504|PowerShell Profile|persistence,privilege-escalation|Windows|||revoked T1546.013
T1505|Server Software Component|persistence|Windows,Linux,macOS,Network Devices,ESXi|Application Log Content,Command Execution,Network Traffic Content,Network Traffic Flow,Process Creation,Scheduled Job Creation|DET0547|
T1505.001|SQL Stored Procedures|persistence|Windows,Linux|Module Load,Process Creation,Script Execution|DET0181|
T1505.002|Transport Agent|persistence|Linux,Windows|Application Log Content,Command Execution,File Creation,File Modification,Module Load,Process Creation|DET0166|
T1505.003|Web Shell|persistence|Linux,macOS,Network Devices,Windows|File Creation,File Modification,Logon Session Creation,Network Traffic Content,Process Creation|DET0394|
T1505.004|IIS Components|persistence|Windows|Application Log Content,File Creation,File Modification,Module Load,Process Creation,Service Modification|DET0068|
T1505.005|Terminal Services DLL|persistence|Windows|File Creation,Module Load,Process Creation,Windows Registry Key Modification|DET0212|
T1505.006|vSphere Installation Bundles|persistence|ESXi|Application Log Content,Command Execution,File Modification|DET0535|
T1506|Web Session Cookie|defense-evasion,lateral-movement|Office 365,SaaS|||revoked T1550.004
T1514|Elevated Execution with Prompt|privilege-escalation|macOS|||revoked T1548.004
T1518|Software Discovery|discovery|ESXi,IaaS,Linux,macOS,Windows|Application Log Content,Cloud Service Enumeration,Command Execution,Process Creation|DET0392|
T1518.001|Security Software Discovery|discovery|IaaS,Linux,macOS,Windows|Command Execution,Module Load,Process Creation|DET0016|
T1518.002|Backup Software Discovery|discovery|Windows,macOS,Linux|File Access,File Creation,Process Creation,Windows Registry Key Modification|DET0088|
T1519|Emond|persistence,privilege-escalation|macOS|||revoked T1546.014
T1522|Cloud Instance Metadata API|credential-access|IaaS|||revoked T1552.005
T1525|Implant Internal Image|persistence|IaaS,Containers|Image Creation,Image Modification,Instance Start|DET0334|
T1526|Cloud Service Discovery|discovery|IaaS,Identity Provider,Office Suite,SaaS|Cloud Service Enumeration,Logon Session Creation,User Account Metadata|DET0402|
T1527|Application Access Token|defense-evasion,lateral-movement|SaaS,Office 365|||revoked T1550.001
T1528|Steal Application Access Token|credential-access|SaaS,Containers,IaaS,Office Suite,Identity Provider|Application Log Content,Cloud Service Enumeration,Cloud Service Modification,Cloud Storage Access,File Access,User Account Authentication|DET0515|
T1529|System Shutdown/Reboot|impact|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Host Status,Process Creation|DET0559|
T1530|Data from Cloud Storage|collection|IaaS,Office Suite,SaaS|Cloud Storage Access,Network Traffic Content,User Account Authentication,User Account Metadata|DET0484|
T1531|Account Access Removal|impact|Linux,macOS,Windows,SaaS,IaaS,Office Suite,ESXi|Command Execution,Process Creation,User Account Authentication,User Account Deletion,User Account Modification|DET0120|
T1534|Internal Spearphishing|lateral-movement|Windows,macOS,Linux,SaaS,Office Suite|Application Log Content,Command Execution,Logon Session Creation,Logon Session Metadata,Network Traffic Content,Process Creation,User Account Authentication|DET0054|
T1535|Unused/Unsupported Cloud Regions|defense-evasion|IaaS|Cloud Storage Creation,Instance Start,Network Connection Creation,User Account Metadata|DET0247|
T1536|Revert Cloud Instance|defense-evasion|IaaS|||revoked T1578.004
T1537|Transfer Data to Cloud Account|exfiltration|IaaS,Office Suite,SaaS|Application Log Content,Cloud Storage Metadata,Cloud Storage Modification,Network Traffic Content,Snapshot Creation,Snapshot Metadata,Snapshot Modification|DET0573|
T1538|Cloud Service Dashboard|discovery|IaaS,SaaS,Office Suite,Identity Provider|Application Log Content,Cloud Storage Metadata,Logon Session Creation,User Account Authentication|DET0291|
T1539|Steal Web Session Cookie|credential-access|Linux,Office Suite,SaaS,Windows,macOS|Application Log Content,File Access,File Modification,Logon Session Creation,Process Access,Process Creation,User Account Authentication|DET0509|
T1542|Pre-OS Boot|defense-evasion,persistence|Linux,Network Devices,Windows,macOS|Command Execution,Drive Access,Drive Modification,File Creation,File Modification,Firmware Modification,Process Creation|DET0278|
T1542.001|System Firmware|persistence,defense-evasion|Windows,Network Devices|Drive Access,Drive Modification,File Creation,Firmware Modification,Process Creation|DET0099|
T1542.002|Component Firmware|persistence,defense-evasion|Windows,Linux,macOS|Driver Load,Firmware Modification|DET0323|
T1542.003|Bootkit|persistence,defense-evasion|Linux,Windows|Drive Access,Drive Modification,File Creation,File Modification|DET0150|
T1542.004|ROMMONkit|defense-evasion,persistence|Network Devices|Firmware Modification,Network Connection Creation,OS API Execution|DET0175|
T1542.005|TFTP Boot|defense-evasion,persistence|Network Devices|Command Execution,Firmware Modification,Network Connection Creation|DET0582|
T1543|Create or Modify System Process|persistence,privilege-escalation|Windows,macOS,Linux,Containers|Command Execution,Container Creation,File Modification,Process Creation,Service Creation,Windows Registry Key Modification|DET0571|
T1543.001|Launch Agent|persistence,privilege-escalation|macOS|Command Execution,File Creation,File Modification,Service Creation|DET0434|
T1543.002|Systemd Service|persistence,privilege-escalation|Linux|Command Execution,File Creation,File Modification,Process Creation,Service Creation|DET0253|
T1543.003|Windows Service|persistence,privilege-escalation|Windows|Driver Load,Process Creation,Service Creation,Windows Registry Key Modification|DET0552|
T1543.004|Launch Daemon|persistence,privilege-escalation|macOS|File Creation,File Modification,Process Creation,Service Creation|DET0401|
T1543.005|Container Service|persistence,privilege-escalation|Containers|Container Creation,Pod Creation,Process Creation,Service Creation|DET0473|
T1546|Event Triggered Execution|privilege-escalation,persistence|Linux,macOS,Windows,SaaS,IaaS,Office Suite|Cloud Service Modification,Command Execution,File Metadata,File Modification,Network Traffic Content,Process Creation,Scheduled Job Creation,Script Execution,WMI Creation,Windows Registry Key Modification|DET0010|
T1546.001|Change Default File Association|privilege-escalation,persistence|Windows|Logon Session Metadata,Process Creation,Windows Registry Key Modification|DET0061|
T1546.002|Screensaver|privilege-escalation,persistence|Windows|Process Creation,Windows Registry Key Modification|DET0154|
T1546.003|Windows Management Instrumentation Event Subscription|privilege-escalation,persistence|Windows|Module Load,Process Creation,WMI Creation|DET0086|
T1546.004|Unix Shell Configuration Modification|privilege-escalation,persistence|Linux,macOS|File Modification,Network Traffic Content,Process Creation|DET0020|
T1546.005|Trap|privilege-escalation,persistence|macOS,Linux|File Access,File Modification,Process Creation|DET0369|
T1546.006|LC_LOAD_DYLIB Addition|privilege-escalation,persistence|macOS|File Metadata,File Modification,Module Load|DET0216|
T1546.007|Netsh Helper DLL|privilege-escalation,persistence|Windows|Module Load,Process Creation,Windows Registry Key Modification|DET0575|
T1546.008|Accessibility Features|privilege-escalation,persistence|Windows|File Creation,File Metadata,Process Creation,Windows Registry Key Modification|DET0033|
T1546.009|AppCert DLLs|privilege-escalation,persistence|Windows|Module Load,Process Creation,Windows Registry Key Modification|DET0362|
T1546.010|AppInit DLLs|privilege-escalation,persistence|Windows|Module Load,Process Creation,Windows Registry Key Modification|DET0557|
T1546.011|Application Shimming|privilege-escalation,persistence|Windows|File Creation,Module Load,Process Creation,Windows Registry Key Modification|DET0017|
T1546.012|Image File Execution Options Injection|privilege-escalation,persistence|Windows|Process Access,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0422|
T1546.013|PowerShell Profile|privilege-escalation,persistence|Windows|Command Execution,File Creation,File Modification,Process Creation|DET0451|
T1546.014|Emond|privilege-escalation,persistence|macOS|Command Execution,File Creation,File Modification,Process Creation|DET0555|
T1546.015|Component Object Model Hijacking|privilege-escalation,persistence|Windows|Module Load,Process Creation,Windows Registry Key Modification|DET0481|
T1546.016|Installer Packages|privilege-escalation,persistence|Linux,Windows,macOS|File Creation,Process Creation|DET0330|
T1546.017|Udev Rules|persistence,privilege-escalation|Linux|Command Execution,File Modification,Process Creation|DET0375|
T1546.018|Python Startup Hooks|persistence,privilege-escalation|Linux,macOS,Windows|File Metadata,File Modification,Network Traffic Content,Process Creation|DET0258|
T1547|Boot or Logon Autostart Execution|persistence,privilege-escalation|Linux,macOS,Windows,Network Devices|File Creation,File Modification,Process Creation,Service Metadata,Windows Registry Key Modification|DET0274|
T1547.001|Registry Run Keys / Startup Folder|persistence,privilege-escalation|Windows|File Creation,Process Creation,Windows Registry Key Modification|DET0365|
T1547.002|Authentication Package|persistence,privilege-escalation|Windows|Module Load,Windows Registry Key Modification|DET0207|
T1547.003|Time Providers|persistence,privilege-escalation|Windows|File Creation,Module Load,Process Creation,Windows Registry Key Modification|DET0122|
T1547.004|Winlogon Helper DLL|persistence,privilege-escalation|Windows|Module Load,Process Creation,Windows Registry Key Access,Windows Registry Key Modification|DET0404|
T1547.005|Security Support Provider|persistence,privilege-escalation|Windows|Module Load,Process Creation,Windows Registry Key Modification|DET0542|
T1547.006|Kernel Modules and Extensions|persistence,privilege-escalation|macOS,Linux|Command Execution,File Creation,File Modification,Kernel Module Load,Process Creation|DET0450|
T1547.007|Re-opened Applications|persistence,privilege-escalation|macOS|File Metadata,File Modification,Logon Session Metadata,Process Creation|DET0125|
T1547.008|LSASS Driver|persistence,privilege-escalation|Windows|Driver Load,File Creation,File Modification,Module Load,Windows Registry Key Creation,Windows Registry Key Modification|DET0225|
T1547.009|Shortcut Modification|persistence,privilege-escalation|Windows|File Creation,File Metadata,File Modification,Process Creation|DET0180|
T1547.010|Port Monitors|persistence,privilege-escalation|Windows|File Creation,Module Load,OS API Execution,Process Creation,Windows Registry Key Modification|DET0204|
T1547.011|Plist Modification|persistence,privilege-escalation|macOS|||revoked T1647
T1547.012|Print Processors|persistence,privilege-escalation|Windows|File Creation,Module Load,Process Access,Windows Registry Key Modification|DET0026|
T1547.013|XDG Autostart Entries|persistence,privilege-escalation|Linux|File Access,File Creation,File Metadata,Logon Session Creation,Process Creation|DET0390|
T1547.014|Active Setup|persistence,privilege-escalation|Windows|Logon Session Metadata,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0312|
T1547.015|Login Items|persistence,privilege-escalation|macOS|File Modification,OS API Execution,Process Creation,Script Execution|DET0121|
T1548|Abuse Elevation Control Mechanism|privilege-escalation,defense-evasion|Linux,macOS,Windows,IaaS,Office Suite,Identity Provider|File Metadata,Logon Session Metadata,OS API Execution,Process Creation,Process Metadata,User Account Modification,Windows Registry Key Modification|DET0345|
T1548.001|Setuid and Setgid|privilege-escalation,defense-evasion|Linux,macOS|Command Execution,Process Creation,Process Metadata|DET0110|
T1548.002|Bypass User Account Control|privilege-escalation,defense-evasion|Windows|Logon Session Metadata,Module Load,Process Access,Process Creation,Windows Registry Key Modification|DET0388|
T1548.003|Sudo and Sudo Caching|privilege-escalation,defense-evasion|Linux,macOS|Command Execution,File Modification,Process Metadata,Process Termination|DET0052|
T1548.004|Elevated Execution with Prompt|privilege-escalation,defense-evasion|macOS|OS API Execution,Process Creation,User Account Authentication|DET0395|
T1548.005|Temporary Elevated Cloud Access|privilege-escalation,defense-evasion|IaaS,Office Suite,Identity Provider|Application Log Content,User Account Authentication,User Account Metadata|DET0393|
T1548.006|TCC Manipulation|defense-evasion,privilege-escalation|macOS|Command Execution,File Modification,Host Status,Process Creation|DET0534|
T1550|Use Alternate Authentication Material|defense-evasion,lateral-movement|Windows,SaaS,IaaS,Containers,Identity Provider,Office Suite,Linux|Application Log Content,Logon Session Creation,Process Creation,User Account Authentication,User Account Metadata,Web Credential Usage|DET0338|
T1550.001|Application Access Token|defense-evasion,lateral-movement|SaaS,Containers,IaaS,Office Suite,Identity Provider|User Account Authentication,Web Credential Usage|DET0185|
T1550.002|Pass the Hash|defense-evasion,lateral-movement|Windows|Active Directory Credential Request,Logon Session Creation,Network Connection Creation,Process Creation|DET0409|
T1550.003|Pass the Ticket|defense-evasion,lateral-movement|Windows|Active Directory Credential Request,Logon Session Creation,Module Load,Process Access,User Account Authentication|DET0352|
T1550.004|Web Session Cookie|defense-evasion,lateral-movement|SaaS,IaaS,Office Suite|Logon Session Creation,User Account Authentication,Web Credential Usage|DET0074|
T1552|Unsecured Credentials|credential-access|Windows,SaaS,IaaS,Linux,macOS,Containers,Network Devices,Office Suite,Identity Provider|Application Log Content,Cloud Service Metadata,Command Execution,File Access,File Creation,Network Traffic Content,Process Creation,User Account Authentication,Windows Registry Key Modification|DET0412|
T1552.001|Credentials In Files|credential-access|Containers,IaaS,Linux,macOS,Windows|Command Execution,File Access,File Creation,Logon Session Creation,Network Connection Creation,Process Creation|DET0307|
T1552.002|Credentials in Registry|credential-access|Windows|Process Creation,Windows Registry Key Access,Windows Registry Key Modification|DET0250|
T1552.003|Shell History|credential-access|Linux,macOS,Windows|File Access,File Creation,Process Creation,Process Metadata|DET0385|
T1552.004|Private Keys|credential-access|Linux,macOS,Network Devices,Windows|Command Execution,File Access,File Creation,Network Share Access,Process Creation|DET0549|
T1552.005|Cloud Instance Metadata API|credential-access|IaaS|Cloud Service Metadata,Network Connection Creation,Network Traffic Content|DET0001|
T1552.006|Group Policy Preferences|credential-access|Windows|File Creation,Network Share Access,Process Creation,Script Execution|DET0381|
T1552.007|Container API|credential-access|Containers|Application Log Content,Command Execution,Process Creation,User Account Authentication|DET0198|
T1552.008|Chat Messages|credential-access|SaaS,Office Suite|Application Log Content,User Account Authentication|DET0111|
T1553|Subvert Trust Controls|defense-evasion|Windows,macOS,Linux|Command Execution,File Creation,File Metadata,Process Creation,Windows Registry Key Modification|DET0452|
T1553.001|Gatekeeper Bypass|defense-evasion|macOS|File Metadata,File Modification,Process Creation|DET0288|
T1553.002|Code Signing|defense-evasion|macOS,Windows|File Metadata,Module Load,Process Creation|DET0230|
T1553.003|SIP and Trust Provider Hijacking|defense-evasion|Windows|File Modification,Module Load,Windows Registry Key Modification|DET0442|
T1553.004|Install Root Certificate|defense-evasion|Linux,macOS,Windows|Command Execution,File Modification,Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0056|
T1553.005|Mark-of-the-Web Bypass|defense-evasion|Windows|File Access,File Creation,File Metadata|DET0257|
T1553.006|Code Signing Policy Modification|defense-evasion|Windows,macOS|Command Execution,Process Creation,Windows Registry Key Modification|DET0523|
T1554|Compromise Host Software Binary|persistence|Linux,macOS,Windows,ESXi|File Creation,File Modification,Module Load,Process Creation|DET0336|
T1555|Credentials from Password Stores|credential-access|IaaS,Linux,macOS,Windows|Cloud Service Enumeration,File Access,OS API Execution,Process Access,Process Creation|DET0430|
T1555.001|Keychain|credential-access|macOS|File Access,OS API Execution,Process Creation|DET0396|
T1555.002|Securityd Memory|credential-access|Linux,macOS|Command Execution,File Access,Process Access,Process Creation|DET0057|
T1555.003|Credentials from Web Browsers|credential-access|Linux,macOS,Windows|File Access,Process Access,Process Creation|DET0037|
T1555.004|Windows Credential Manager|credential-access|Windows|File Metadata,Process Access,Process Creation|DET0134|
T1555.005|Password Managers|credential-access|Linux,macOS,Windows|File Access,File Metadata,Process Access,Process Creation|DET0597|
T1555.006|Cloud Secrets Management Stores|credential-access|IaaS|Cloud Service Enumeration|DET0130|
T1556|Modify Authentication Process|credential-access,defense-evasion,persistence|Windows,Linux,macOS,Network Devices,IaaS,SaaS,Office Suite,Identity Provider|Cloud Service Modification,File Modification,Module Load,Process Access,Process Creation,User Account Modification,Windows Registry Key Modification|DET0104|
T1556.001|Domain Controller Authentication|credential-access,defense-evasion,persistence|Windows|File Modification,Logon Session Creation,Module Load,Process Access|DET0271|
T1556.002|Password Filter DLL|credential-access,defense-evasion,persistence|Windows|File Creation,Module Load,Windows Registry Key Modification|DET0472|
T1556.003|Pluggable Authentication Modules|credential-access,defense-evasion,persistence|Linux,macOS|File Modification,Logon Session Creation,Process Creation|DET0454|
T1556.004|Network Device Authentication|credential-access,defense-evasion,persistence|Network Devices|File Modification,User Account Authentication|DET0272|
T1556.005|Reversible Encryption|credential-access,defense-evasion,persistence|Windows|Active Directory Object Modification,Command Execution,Process Creation|DET0589|
T1556.006|Multi-Factor Authentication|credential-access,defense-evasion,persistence|Windows,SaaS,IaaS,Linux,macOS,Office Suite,Identity Provider|Active Directory Object Modification,Application Log Content,Cloud Service Modification,File Modification,Script Execution,User Account Authentication,User Account Modification|DET0190|
T1556.007|Hybrid Identity|credential-access,defense-evasion,persistence|Windows,SaaS,IaaS,Office Suite,Identity Provider|Active Directory Object Modification,Application Log Content,Cloud Service Modification,Logon Session Creation,Module Load,User Account Modification|DET0293|
T1556.008|Network Provider DLL|credential-access,defense-evasion,persistence|Windows|File Creation,Module Load,Process Access,Windows Registry Key Modification|DET0580|
T1556.009|Conditional Access Policies|credential-access,defense-evasion,persistence|IaaS,Identity Provider|Active Directory Object Modification,Application Log Content,Cloud Service Modification|DET0030|
T1557|Adversary-in-the-Middle|credential-access,collection|Linux,macOS,Network Devices,Windows|Application Log Content,File Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Windows Registry Key Modification|DET0296|
T1557.001|LLMNR/NBT-NS Poisoning and SMB Relay|credential-access,collection|Windows|Network Traffic Content,Network Traffic Flow,Service Creation,Windows Registry Key Modification|DET0462|
T1557.002|ARP Cache Poisoning|credential-access,collection|Linux,Windows,macOS|Network Connection Creation,Network Traffic Content,Network Traffic Flow|DET0387|
T1557.003|DHCP Spoofing|credential-access,collection|Linux,Windows,macOS|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0468|
T1557.004|Evil Twin|credential-access,collection|Network Devices|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0379|
T1558|Steal or Forge Kerberos Tickets|credential-access|Windows,Linux,macOS|Active Directory Credential Request,File Access,Logon Session Metadata,Process Access|DET0522|
T1558.001|Golden Ticket|credential-access|Windows|Active Directory Credential Request,Logon Session Metadata,Process Access|DET0144|
T1558.002|Silver Ticket|credential-access|Windows|Active Directory Credential Request,Logon Session Metadata,Process Access|DET0241|
T1558.003|Kerberoasting|credential-access|Windows|Active Directory Credential Request,Logon Session Creation,Logon Session Metadata,Process Access|DET0157|
T1558.004|AS-REP Roasting|credential-access|Windows|Active Directory Credential Request,Process Creation|DET0113|
T1558.005|Ccache Files|credential-access|Linux,macOS|File Access,Process Creation|DET0024|
T1559|Inter-Process Communication|execution|Linux,macOS,Windows|File Access,Named Pipe Metadata,Process Access,Process Creation,Script Execution|DET0493|
T1559.001|Component Object Model|execution|Windows|Module Load,Process Creation,Windows Registry Key Access|DET0224|
T1559.002|Dynamic Data Exchange|execution|Windows|Module Load,Process Creation,Windows Registry Key Access|DET0504|
T1559.003|XPC Services|execution|macOS|Named Pipe Metadata,Process Access,Process Creation|DET0335|
T1560|Archive Collected Data|collection|Linux,macOS,Windows|Command Execution,File Creation,Module Load,Process Creation|DET0526|
T1560.001|Archive via Utility|collection|Linux,macOS,Windows|Command Execution,File Creation,Module Load,Process Creation|DET0298|
T1560.002|Archive via Library|collection|Linux,macOS,Windows|Command Execution,File Creation,Module Load,Process Creation|DET0268|
T1560.003|Archive via Custom Method|collection|Linux,macOS,Windows|Command Execution,File Creation,Process Access,Process Creation,Process Modification|DET0438|
T1561|Disk Wipe|impact|Linux,macOS,Windows,Network Devices|Command Execution,Drive Access,Drive Modification,Driver Load,Process Creation,User Account Authentication,User Account Metadata|DET0137|
T1561.001|Disk Content Wipe|impact|Linux,Network Devices,Windows,macOS|Command Execution,Drive Access,Drive Modification,Driver Load,Process Creation,User Account Authentication,User Account Metadata|DET0316|
T1561.002|Disk Structure Wipe|impact|Linux,macOS,Windows,Network Devices|Command Execution,Drive Access,Drive Modification,Driver Load,Process Creation,User Account Authentication,User Account Metadata|DET0297|
T1562|Impair Defenses|defense-evasion|Windows,IaaS,Linux,macOS,Containers,Network Devices,Identity Provider,Office Suite,ESXi|Cloud Service Disable,Command Execution,Firewall Disable,Firewall Rule Modification,Process Creation,Process Termination,Service Creation,Service Metadata,User Account Modification,Windows Registry Key Creation,Windows Registry Key Modification|DET0317|
T1562.001|Disable or Modify Tools|defense-evasion|Containers,IaaS,Linux,macOS,Network Devices,Windows|Cloud Service Modification,Process Creation,Process Termination,Service Creation,Service Metadata,Windows Registry Key Modification|DET0497|
T1562.002|Disable Windows Event Logging|defense-evasion|Windows|Application Log Content,Process Creation,Service Metadata,Windows Registry Key Modification|DET0187|
T1562.003|Impair Command History Logging|defense-evasion|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Process Creation|DET0563|
T1562.004|Disable or Modify System Firewall|defense-evasion|ESXi,Linux,macOS,Network Devices,Windows|Command Execution,Firewall Rule Modification,Process Creation,Windows Registry Key Modification|DET0145|
T1562.006|Indicator Blocking|defense-evasion|Windows,macOS,Linux,ESXi|Command Execution,Host Status,Process Termination,Windows Registry Key Modification|DET0239|
T1562.007|Disable or Modify Cloud Firewall|defense-evasion|IaaS|Firewall Disable,Firewall Rule Modification|DET0424|
T1562.008|Disable or Modify Cloud Logs|defense-evasion|IaaS,SaaS,Office Suite,Identity Provider|Cloud Service Disable,Cloud Service Modification,User Account Modification|DET0289|
T1562.009|Safe Mode Boot|defense-evasion|Windows|Process Creation,Windows Registry Key Creation,Windows Registry Key Modification|DET0116|
T1562.010|Downgrade Attack|defense-evasion|Windows,Linux,macOS|Command Execution,Process Creation,Process Metadata,Windows Registry Key Modification|DET0350|
T1562.011|Spoof Security Alerting|defense-evasion|Windows,macOS,Linux|Host Status,Process Creation,Service Creation|DET0311|
T1562.012|Disable or Modify Linux Audit System|defense-evasion|Linux|Command Execution,File Modification,Process Modification,Service Metadata|DET0062|
T1562.013|Disable or Modify Network Device Firewall|defense-evasion|Network Devices|Command Execution,Firewall Rule Modification,Logon Session Creation,Network Connection Creation|DET0306|
T1563|Remote Service Session Hijacking|lateral-movement|Linux,macOS,Windows|Command Execution,Logon Session Creation,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0079|
T1563.001|SSH Hijacking|lateral-movement|Linux,macOS|Logon Session Creation,Network Connection Creation,Process Creation,Process Metadata|DET0256|
T1563.002|RDP Hijacking|lateral-movement|Windows|Logon Session Creation,Network Connection Creation,Process Creation,Service Creation|DET0588|
T1564|Hide Artifacts|defense-evasion|Linux,Office Suite,Windows,macOS,ESXi|Application Log Content,Command Execution,File Creation,File Metadata,Process Creation,Windows Registry Key Modification|DET0502|
T1564.001|Hidden Files and Directories|defense-evasion|Linux,Windows,macOS|Command Execution,File Creation,File Metadata,Process Creation|DET0032|
T1564.002|Hidden Users|defense-evasion|macOS,Windows,Linux|Command Execution,File Modification,User Account Creation,User Account Metadata,Windows Registry Key Modification|DET0353|
T1564.003|Hidden Window|defense-evasion|Linux,macOS,Windows|Command Execution,File Modification,Process Creation,Process Metadata,Windows Registry Key Modification|DET0128|
T1564.004|NTFS File Attributes|defense-evasion|Windows|File Creation,File Metadata,OS API Execution,Process Creation|DET0432|
T1564.005|Hidden File System|defense-evasion|Linux,macOS,Windows|Command Execution,File Modification,Firmware Modification,Process Creation,Windows Registry Key Modification|DET0461|
T1564.006|Run Virtual Instance|defense-evasion|Linux,macOS,Windows,ESXi|Command Execution,File Creation,File Modification,Image Metadata,Process Creation,Service Creation,Windows Registry Key Modification|DET0321|
T1564.007|VBA Stomping|defense-evasion|Linux,Windows,macOS|File Creation,File Metadata,Process Creation|DET0012|
T1564.008|Email Hiding Rules|defense-evasion|Windows,Linux,macOS,Office Suite|Application Log Content,Command Execution,File Modification,Process Creation|DET0192|
T1564.009|Resource Forking|defense-evasion|macOS|Command Execution,File Metadata,Process Creation|DET0584|
T1564.010|Process Argument Spoofing|defense-evasion|Windows|Process Access,Process Creation|DET0045|
T1564.011|Ignore Process Interrupts|defense-evasion|Linux,macOS,Windows|Command Execution,Process Creation|DET0067|
T1564.012|File/Path Exclusions|defense-evasion|Linux,macOS,Windows|File Access,File Creation,File Metadata,Process Creation|DET0051|
T1564.013|Bind Mounts|defense-evasion|Linux|File Creation,OS API Execution,Process Metadata|DET0428|
T1564.014|Extended Attributes|defense-evasion|Linux,macOS|Command Execution,File Metadata|DET0406|
T1565|Data Manipulation|impact|Linux,macOS,Windows|File Access,File Creation,File Metadata,File Modification,Network Traffic Content,OS API Execution|DET0059|
T1565.001|Stored Data Manipulation|impact|Linux,macOS,Windows|File Creation,File Deletion,File Metadata,File Modification|DET0193|
T1565.002|Transmitted Data Manipulation|impact|Linux,macOS,Windows|File Metadata,Network Connection Creation,Network Traffic Content,Network Traffic Flow,OS API Execution|DET0254|
T1565.003|Runtime Data Manipulation|impact|Linux,macOS,Windows|File Creation,File Metadata,File Modification,OS API Execution,Windows Registry Key Modification|DET0391|
T1566|Phishing|initial-access|Identity Provider,Linux,macOS,Office Suite,SaaS,Windows|Application Log Content,File Creation,Logon Session Creation,Process Creation|DET0070|
T1566.001|Spearphishing Attachment|initial-access|Linux,macOS,Windows|Application Log Content,File Creation,Network Connection Creation,Network Traffic Flow,Process Creation|DET0236|
T1566.002|Spearphishing Link|initial-access|Identity Provider,Linux,macOS,Office Suite,SaaS,Windows|Application Log Content,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0107|
T1566.003|Spearphishing via Service|initial-access|Linux,macOS,Windows|Application Log Content,File Creation,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0115|
T1566.004|Spearphishing Voice|initial-access|Linux,macOS,Windows,Identity Provider|Application Log Content|DET0245|
T1567|Exfiltration Over Web Service|exfiltration|ESXi,Linux,macOS,Office Suite,SaaS,Windows|Application Log Content,Command Execution,File Access,File Creation,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0548|
T1567.001|Exfiltration to Code Repository|exfiltration|Linux,macOS,Windows,ESXi|Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0318|
T1567.002|Exfiltration to Cloud Storage|exfiltration|ESXi,Linux,macOS,Windows|Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0570|
T1567.003|Exfiltration to Text Storage Sites|exfiltration|Linux,macOS,Windows,ESXi|Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0284|
T1567.004|Exfiltration Over Webhook|exfiltration|Windows,macOS,Linux,SaaS,Office Suite,ESXi|Application Log Content,Command Execution,File Access,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0153|
T1568|Dynamic Resolution|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0039|
T1568.001|Fast Flux DNS|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Flow,Process Creation|DET0485|
T1568.002|Domain Generation Algorithms|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0419|
T1568.003|DNS Calculation|command-and-control|Linux,macOS,Windows,ESXi|Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0262|
T1569|System Services|execution|Windows,macOS,Linux|File Modification,Process Creation,Service Creation,Windows Registry Key Modification|DET0279|
T1569.001|Launchctl|execution|macOS|Command Execution,File Modification,Process Creation,Service Creation|DET0265|
T1569.002|Service Execution|execution|Windows|Network Connection Creation,Process Creation,Service Creation,Windows Registry Key Modification|DET0421|
T1569.003|Systemctl|execution|Linux|Command Execution,File Modification,Process Creation,Service Creation|DET0073|
T1570|Lateral Tool Transfer|lateral-movement|ESXi,Linux,macOS,Windows|Command Execution,File Creation,File Metadata,Network Share Access,Process Creation|DET0183|
T1571|Non-Standard Port|command-and-control|ESXi,Linux,macOS,Windows|Application Log Content,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0227|
T1572|Protocol Tunneling|command-and-control|ESXi,Linux,macOS,Windows|Application Log Content,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0538|
T1573|Encrypted Channel|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Application Log Content,Module Load,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0273|
T1573.001|Symmetric Cryptography|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Application Log Content,Module Load,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0143|
T1573.002|Asymmetric Cryptography|command-and-control|ESXi,Linux,macOS,Network Devices,Windows|Application Log Content,Module Load,Network Connection Creation,Network Traffic Content,Network Traffic Flow,Process Creation|DET0543|
T1574|Hijack Execution Flow|persistence,privilege-escalation,defense-evasion|Linux,macOS,Windows|File Creation,File Modification,Module Load,Process Creation,Service Metadata,Windows Registry Key Modification|DET0218|
T1574.001|DLL|persistence,privilege-escalation,defense-evasion|Windows|File Creation,File Metadata,Module Load,Process Creation,Windows Registry Key Modification|DET0201|
T1574.002|DLL Side-Loading|persistence,privilege-escalation,defense-evasion|Windows|||revoked T1574.001
T1574.004|Dylib Hijacking|persistence,privilege-escalation,defense-evasion|macOS|File Creation,File Modification,Module Load|DET0152|
T1574.005|Executable Installer File Permissions Weakness|persistence,privilege-escalation,defense-evasion|Windows|File Creation,File Metadata,Module Load,Process Creation|DET0038|
T1574.006|Dynamic Linker Hijacking|persistence,privilege-escalation,defense-evasion|Linux,macOS|File Creation,File Modification,Module Load,Process Creation,Process Metadata|DET0435|
T1574.007|Path Interception by PATH Environment Variable|persistence,privilege-escalation,defense-evasion|Windows,macOS,Linux|File Creation,File Modification,Process Creation,Windows Registry Key Modification|DET0004|
T1574.008|Path Interception by Search Order Hijacking|persistence,privilege-escalation,defense-evasion|Windows|File Creation,File Metadata,Process Creation|DET0564|
T1574.009|Path Interception by Unquoted Path|persistence,privilege-escalation,defense-evasion|Windows|File Creation,File Metadata,Process Creation,Windows Registry Key Modification|DET0064|
T1574.010|Services File Permissions Weakness|persistence,privilege-escalation,defense-evasion|Windows|File Creation,File Metadata,Process Creation,Service Creation|DET0436|
T1574.011|Services Registry Permissions Weakness|persistence,privilege-escalation,defense-evasion|Windows|Process Creation,Service Modification,Windows Registry Key Modification|DET0427|
T1574.012|COR_PROFILER|persistence,privilege-escalation,defense-evasion|Windows|File Creation,Module Load,Process Creation,Windows Registry Key Modification|DET0479|
T1574.013|KernelCallbackTable|persistence,privilege-escalation,defense-evasion|Windows|OS API Execution,Process Access,Process Creation|DET0577|
T1574.014|AppDomainManager|persistence,privilege-escalation,defense-evasion|Windows|File Creation,Module Load,Process Creation|DET0517|
T1578|Modify Cloud Compute Infrastructure|defense-evasion|IaaS|Cloud Service Metadata,Instance Start,Instance Stop,Snapshot Creation,Snapshot Deletion,Snapshot Modification,Volume Creation,Volume Deletion,Volume Modification|DET0308|
T1578.001|Create Snapshot|defense-evasion|IaaS|Snapshot Creation,Snapshot Metadata|DET0423|
T1578.002|Create Cloud Instance|defense-evasion|IaaS|Instance Creation,Instance Metadata,Instance Start|DET0449|
T1578.003|Delete Cloud Instance|defense-evasion|IaaS|Instance Deletion,Instance Metadata,Instance Stop|DET0084|
T1578.004|Revert Cloud Instance|defense-evasion|IaaS|Instance Modification,Instance Start,Instance Stop|DET0337|
T1578.005|Modify Cloud Compute Configurations|defense-evasion|IaaS|Cloud Service Modification|DET0492|
T1580|Cloud Infrastructure Discovery|discovery|IaaS|Cloud Storage Enumeration,Instance Enumeration,Instance Metadata|DET0169|
T1583|Acquire Infrastructure|resource-development|PRE|Active DNS,Domain Registration,Passive DNS,Response Content,Response Metadata|DET0895|
T1583.001|Domains|resource-development|PRE|Active DNS,Domain Registration,Passive DNS|DET0892|
T1583.002|DNS Server|resource-development|PRE||DET0862|
T1583.003|Virtual Private Server|resource-development|PRE|Response Content,Response Metadata|DET0838|
T1583.004|Server|resource-development|PRE|Response Content,Response Metadata|DET0871|
T1583.005|Botnet|resource-development|PRE||DET0837|
T1583.006|Web Services|resource-development|PRE|Response Content|DET0896|
T1583.007|Serverless|resource-development|PRE|Response Content|DET0829|
T1583.008|Malvertising|resource-development|PRE|Response Content|DET0836|
T1584|Compromise Infrastructure|resource-development|PRE|Active DNS,Domain Registration,Passive DNS,Response Content,Response Metadata|DET0885|
T1584.001|Domains|resource-development|PRE|Active DNS,Domain Registration,Passive DNS|DET0863|
T1584.002|DNS Server|resource-development|PRE|Active DNS,Passive DNS|DET0891|
T1584.003|Virtual Private Server|resource-development|PRE|Response Content,Response Metadata|DET0854|
T1584.004|Server|resource-development|PRE|Response Content,Response Metadata|DET0874|
T1584.005|Botnet|resource-development|PRE||DET0883|
T1584.006|Web Services|resource-development|PRE|Response Content|DET0882|
T1584.007|Serverless|resource-development|PRE|Response Content|DET0864|
T1584.008|Network Devices|resource-development|PRE|Response Content|DET0859|
T1585|Establish Accounts|resource-development|PRE|Network Traffic Content,Social Media|DET0873|
T1585.001|Social Media Accounts|resource-development|PRE|Network Traffic Content,Social Media|DET0851|
T1585.002|Email Accounts|resource-development|PRE||DET0835|
T1585.003|Cloud Accounts|resource-development|PRE||DET0846|
T1586|Compromise Accounts|resource-development|PRE|Network Traffic Content,Social Media|DET0876|
T1586.001|Social Media Accounts|resource-development|PRE|Network Traffic Content,Social Media|DET0870|
T1586.002|Email Accounts|resource-development|PRE||DET0861|
T1586.003|Cloud Accounts|resource-development|PRE||DET0879|
T1587|Develop Capabilities|resource-development|PRE|Malware Content,Malware Metadata,Response Content|DET0853|
T1587.001|Malware|resource-development|PRE|Malware Content,Malware Metadata|DET0872|
T1587.002|Code Signing Certificates|resource-development|PRE|Malware Metadata|DET0833|
T1587.003|Digital Certificates|resource-development|PRE|Response Content|DET0844|
T1587.004|Exploits|resource-development|PRE||DET0894|
T1588|Obtain Capabilities|resource-development|PRE|Certificate Registration,Malware Content,Malware Metadata,Response Content|DET0850|
T1588.001|Malware|resource-development|PRE|Malware Content,Malware Metadata|DET0845|
T1588.002|Tool|resource-development|PRE|Malware Metadata|DET0852|
T1588.003|Code Signing Certificates|resource-development|PRE|Malware Metadata|DET0875|
T1588.004|Digital Certificates|resource-development|PRE|Certificate Registration,Response Content|DET0848|
T1588.005|Exploits|resource-development|PRE||DET0827|
T1588.006|Vulnerabilities|resource-development|PRE||DET0808|
T1588.007|Artificial Intelligence|resource-development|PRE||DET0842|
T1589|Gather Victim Identity Information|reconnaissance|PRE|Network Traffic Content|DET0841|
T1589.001|Credentials|reconnaissance|PRE||DET0813|
T1589.002|Email Addresses|reconnaissance|PRE|Network Traffic Content|DET0814|
T1589.003|Employee Names|reconnaissance|PRE||DET0857|
T1590|Gather Victim Network Information|reconnaissance|PRE||DET0869|
T1590.001|Domain Properties|reconnaissance|PRE||DET0847|
T1590.002|DNS|reconnaissance|PRE||DET0843|
T1590.003|Network Trust Dependencies|reconnaissance|PRE||DET0828|
T1590.004|Network Topology|reconnaissance|PRE||DET0819|
T1590.005|IP Addresses|reconnaissance|PRE||DET0815|
T1590.006|Network Security Appliances|reconnaissance|PRE||DET0889|
T1591|Gather Victim Org Information|reconnaissance|PRE||DET0890|
T1591.001|Determine Physical Locations|reconnaissance|PRE||DET0806|
T1591.002|Business Relationships|reconnaissance|PRE||DET0855|
T1591.003|Identify Business Tempo|reconnaissance|PRE||DET0849|
T1591.004|Identify Roles|reconnaissance|PRE||DET0807|
T1592|Gather Victim Host Information|reconnaissance|PRE|Response Content|DET0826|
T1592.001|Hardware|reconnaissance|PRE|Response Content|DET0887|
T1592.002|Software|reconnaissance|PRE|Response Content|DET0888|
T1592.003|Firmware|reconnaissance|PRE||DET0818|
T1592.004|Client Configurations|reconnaissance|PRE|Response Content|DET0820|
T1593|Search Open Websites/Domains|reconnaissance|PRE||DET0856|
T1593.001|Social Media|reconnaissance|PRE||DET0812|
T1593.002|Search Engines|reconnaissance|PRE||DET0811|
T1593.003|Code Repositories|reconnaissance|PRE||DET0805|
T1594|Search Victim-Owned Websites|reconnaissance|PRE|Application Log Content|DET0810|
T1595|Active Scanning|reconnaissance|PRE|Network Traffic Content,Network Traffic Flow|DET0830|
T1595.001|Scanning IP Blocks|reconnaissance|PRE|Network Traffic Content,Network Traffic Flow|DET0817|
T1595.002|Vulnerability Scanning|reconnaissance|PRE|Network Traffic Content,Network Traffic Flow|DET0867|
T1595.003|Wordlist Scanning|reconnaissance|PRE|Network Traffic Content|DET0868|
T1596|Search Open Technical Databases|reconnaissance|PRE||DET0860|
T1596.001|DNS/Passive DNS|reconnaissance|PRE||DET0877|
T1596.002|WHOIS|reconnaissance|PRE||DET0832|
T1596.003|Digital Certificates|reconnaissance|PRE||DET0831|
T1596.004|CDNs|reconnaissance|PRE||DET0809|
T1596.005|Scan Databases|reconnaissance|PRE||DET0858|
T1597|Search Closed Sources|reconnaissance|PRE||DET0822|
T1597.001|Threat Intel Vendors|reconnaissance|PRE||DET0816|
T1597.002|Purchase Technical Data|reconnaissance|PRE||DET0880|
T1598|Phishing for Information|reconnaissance|PRE|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0823|
T1598.001|Spearphishing Service|reconnaissance|PRE|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0821|
T1598.002|Spearphishing Attachment|reconnaissance|PRE|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0865|
T1598.003|Spearphishing Link|reconnaissance|PRE|Application Log Content,Network Traffic Content,Network Traffic Flow|DET0878|
T1598.004|Spearphishing Voice|reconnaissance|PRE|Application Log Content|DET0886|
T1599|Network Boundary Bridging|defense-evasion|Network Devices|Network Traffic Content,Network Traffic Flow|DET0006|
T1599.001|Network Address Translation Traversal|defense-evasion|Network Devices|Network Traffic Content,Network Traffic Flow|DET0163|
T1600|Weaken Encryption|defense-evasion|Network Devices|File Modification,Module Load,Network Traffic Content|DET0339|
T1600.001|Reduce Key Space|defense-evasion|Network Devices|Command Execution,File Modification,Network Traffic Content|DET0243|
T1600.002|Disable Crypto Hardware|defense-evasion|Network Devices|Command Execution,File Modification,Network Traffic Content|DET0494|
T1601|Modify System Image|defense-evasion|Network Devices|Command Execution,File Modification|DET0170|
T1601.001|Patch System Image|defense-evasion|Network Devices|Command Execution,File Modification,Firmware Modification|DET0469|
T1601.002|Downgrade System Image|defense-evasion|Network Devices|Command Execution,File Metadata,File Modification|DET0569|
T1602|Data from Configuration Repository|collection|Network Devices|Network Connection Creation,Network Traffic Content|DET0592|
T1602.001|SNMP (MIB Dump)|collection|Network Devices|File Modification,Network Connection Creation,Network Traffic Content|DET0453|
T1602.002|Network Device Configuration Dump|collection|Network Devices|Command Execution,Network Connection Creation,Network Traffic Content,User Account Authentication|DET0233|
T1606|Forge Web Credentials|credential-access|SaaS,Windows,macOS,Linux,IaaS,Office Suite,Identity Provider|File Access,Logon Session Creation,Network Traffic Content,Process Access,Web Credential Creation,Web Credential Usage|DET0260|
T1606.001|Web Cookies|credential-access|Linux,macOS,Windows,SaaS,IaaS|File Access,File Creation,Logon Session Creation,Network Connection Creation,Web Credential Usage|DET0171|
T1606.002|SAML Tokens|credential-access|SaaS,Windows,IaaS,Office Suite,Identity Provider|Logon Session Creation,Logon Session Metadata,User Account Authentication,Web Credential Creation,Web Credential Usage|DET0148|
T1608|Stage Capabilities|resource-development|PRE|Response Content|DET0839|
T1608.001|Upload Malware|resource-development|PRE|Response Content|DET0824|
T1608.002|Upload Tool|resource-development|PRE|Response Content|DET0834|
T1608.003|Install Digital Certificate|resource-development|PRE|Response Content|DET0840|
T1608.004|Drive-by Target|resource-development|PRE|Response Content|DET0825|
T1608.005|Link Target|resource-development|PRE|Response Content|DET0893|
T1608.006|SEO Poisoning|resource-development|PRE|Response Content|DET0881|
T1609|Container Administration Command|execution|Containers|Command Execution,Process Creation|DET0065|
T1610|Deploy Container|defense-evasion,execution|Containers|Application Log Content,Container Start,Network Traffic Content,Process Creation|DET0249|
T1611|Escape to Host|privilege-escalation|Windows,Linux,Containers,ESXi|Container Creation,File Creation,Kernel Module Load,OS API Execution,Process Creation,Volume Modification|DET0219|
T1612|Build Image on Host|defense-evasion|Containers|Image Creation,Network Connection Creation|DET0459|
T1613|Container and Resource Discovery|discovery|Containers|Container Enumeration,Pod Enumeration|DET0490|
T1614|System Location Discovery|discovery|IaaS,Linux,macOS,Windows|Command Execution,Network Traffic Content,OS API Execution,Process Creation|DET0043|
T1614.001|System Language Discovery|discovery|Linux,macOS,Windows|Command Execution,OS API Execution,Process Creation,Windows Registry Key Access|DET0565|
T1615|Group Policy Discovery|discovery|Windows|Active Directory Object Access,Command Execution,Network Traffic Content,Process Creation|DET0055|
T1619|Cloud Storage Object Discovery|discovery|IaaS|Cloud Storage Access,Cloud Storage Enumeration|DET0578|
T1620|Reflective Code Loading|defense-evasion|Linux,macOS,Windows|Module Load,OS API Execution,Process Access,Process Creation,Script Execution|DET0300|
T1621|Multi-Factor Authentication Request Generation|credential-access|Windows,Linux,macOS,IaaS,SaaS,Office Suite,Identity Provider|Application Log Content,Logon Session Metadata,User Account Authentication|DET0160|
T1622|Debugger Evasion|defense-evasion,discovery|Linux,macOS,Windows|File Access,OS API Execution,Process Creation|DET0371|
T1647|Plist File Modification|defense-evasion|macOS|Command Execution,File Modification,Process Creation|DET0109|
T1648|Serverless Execution|execution|SaaS,IaaS,Office Suite|Application Log Content,Cloud Service Modification|DET0374|
T1649|Steal or Forge Authentication Certificates|credential-access|Windows,Linux,macOS,Identity Provider|Active Directory Credential Request,Active Directory Object Modification,Application Log Content,Command Execution,File Access,Windows Registry Key Access|DET0240|
T1650|Acquire Access|resource-development|PRE||DET0884|
T1651|Cloud Administration Command|execution|IaaS|Command Execution,Process Creation,Script Execution|DET0545|
T1652|Device Driver Discovery|discovery|Linux,macOS,Windows|Command Execution,File Access,Process Creation,Windows Registry Key Modification|DET0579|
T1653|Power Settings|persistence|Windows,Linux,macOS,Network Devices|Command Execution,File Modification,Process Creation|DET0417|
T1654|Log Enumeration|discovery|ESXi,IaaS,Linux,macOS,Windows|Command Execution,File Access,Process Creation|DET0255|
T1656|Impersonation|defense-evasion|Linux,macOS,Office Suite,SaaS,Windows|Application Log Content,Command Execution,Logon Session Creation|DET0286|
T1657|Financial Theft|impact|Linux,macOS,Office Suite,SaaS,Windows|Application Log Content,Command Execution,File Modification,Logon Session Creation,Process Creation|DET0495|
T1659|Content Injection|initial-access,command-and-control|Linux,macOS,Windows|Command Execution,File Creation,Network Traffic Content,Process Creation|DET0349|
T1665|Hide Infrastructure|command-and-control|ESXi,Linux,Network Devices,Windows,macOS|Domain Registration,Network Connection Creation,Network Traffic Content,Process Creation,Response Content,Response Metadata|DET0411|
T1666|Modify Cloud Resource Hierarchy|defense-evasion|IaaS|Cloud Service Modification|DET0155|
T1667|Email Bombing|impact|Linux,Office Suite,Windows,macOS|Application Log Content,File Creation|DET0355|
T1668|Exclusive Control|persistence|Linux,macOS,Windows|Command Execution,Process Creation,Process Termination|DET0015|
T1669|Wi-Fi Networks|initial-access|Linux,Network Devices,Windows,macOS|Firewall Rule Modification,Network Connection Creation,Network Traffic Content,Network Traffic Flow,User Account Authentication|DET0536|
T1671|Cloud Application Integration|persistence|Office Suite,SaaS|Active Directory Object Modification,Application Log Content,Cloud Service Modification|DET0539|
T1672|Email Spoofing|defense-evasion|Office Suite,Windows,macOS,Linux|Application Log Content|DET0431|
T1673|Virtual Machine Discovery|discovery|ESXi,Linux,macOS,Windows|Command Execution,Process Creation|DET0199|
T1674|Input Injection|execution|Windows,macOS,Linux|Command Execution,Drive Creation,Process Creation,Script Execution|DET0568|
T1675|ESXi Administration Command|execution|ESXi|Application Log Content|DET0232|
T1677|Poisoned Pipeline Execution|execution|SaaS|Cloud Service Metadata,Cloud Service Modification,Cloud Storage Access,Command Execution,File Metadata|DET0533|
T1678|Delay Execution|defense-evasion|Linux,macOS,Windows|Module Load,Process Creation,Script Execution|DET0372|
T1679|Selective Exclusion|defense-evasion|Windows|Command Execution,File Modification,Process Creation|DET0897|
T1680|Local Storage Discovery|discovery|ESXi,IaaS,Linux,macOS,Windows|Command Execution,Process Creation,User Account Authentication|DET0188|
T1681|Search Threat Vendor Data|reconnaissance|PRE||DET0866|
`
