// Facts of MITRE ATT&CK Enterprise 18.1, data only, made by test/attack/facts.test.ts. © 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.

/** Techniques of tunnelling and their neighbours, and below each: groups, malware and tools, campaigns, detection strategies with their analytics and log sources. */
export const relationRows = String.raw`
T1572
  group|G0037|FIN6
  group|G0046|FIN7
  group|G0049|OilRig
  group|G0059|Magic Hound
  group|G0065|Leviathan
  group|G0080|Cobalt Group
  group|G0114|Chimera
  group|G0117|Fox Kitten
  group|G0129|Mustang Panda
  group|G1003|Ember Bear
  group|G1015|Scattered Spider
  group|G1016|FIN13
  group|G1021|Cinnamon Tempest
  group|G1045|Salt Typhoon
  malware|S0022|Uroburos
  malware|S0038|Duqu
  malware|S0154|Cobalt Strike
  malware|S0173|FLIPSIDE
  tool|S0508|ngrok
  malware|S0604|Industroyer
  malware|S0650|QakBot
  malware|S0687|Cyclops Blink
  tool|S0699|Mythic
  malware|S1015|Milan
  malware|S1020|Kevin
  malware|S1027|Heyoka Backdoor
  malware|S1044|FunnyDream
  tool|S1063|Brute Ratel C4
  malware|S1141|LunarWeb
  tool|S1144|FRP
  malware|S1187|reGeorg
  malware|S1189|Neo-reGeorg
  campaign|C0004|CostaRicto
  campaign|C0027|C0027
  campaign|C0029|Cutting Edge
  campaign|C0032|C0032
  campaign|C0034|2022 Ukraine Electric Power Attack
  campaign|C0058|SharePoint ToolShell Exploitation
  strategy|DET0538|Detection Strategy for Protocol Tunneling accross OS platforms.
    AN1483|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
    AN1484|Linux
      Network Connection Creation|auditd:SYSCALL|socket/connect calls showing SSH processes forwarding arbitrary ports
      Application Log Content|linux:syslog|sshd sessions with unusual port forwarding parameters
      Process Creation|linux:osquery|socat, ssh, or nc processes opening unexpected ports
    AN1485|macOS
      Process Creation|macos:unifiedlog|process execution of ssh with -L/-R forwarding flags
      Network Traffic Content|macos:unifiedlog|encrypted outbound traffic carrying unexpected application data
    AN1486|ESXi
      Network Traffic Flow|esxi:vpxd|ESXi processes relaying traffic via SSH or unexpected ports
      Network Traffic Content|esxcli:network|listening sockets bound with non-standard encapsulated protocols
T1090
  group|G0010|Turla
  group|G0034|Sandworm Team
  group|G0047|Gamaredon Group
  group|G0052|CopyKittens
  group|G0059|Magic Hound
  group|G0096|APT41
  group|G0108|Blue Mockingbird
  group|G0117|Fox Kitten
  group|G0124|Windigo
  group|G1004|LAPSUS$
  group|G1005|POLONIUM
  group|G1006|Earth Lusca
  group|G1015|Scattered Spider
  group|G1017|Volt Typhoon
  group|G1019|MoustachedBouncer
  group|G1021|Cinnamon Tempest
  group|G1052|Contagious Interview
  tool|S0040|HTRAN
  tool|S0108|netsh
  malware|S0117|XTunnel
  malware|S0198|NETWIRE
  malware|S0207|Vasport
  malware|S0245|BADCALL
  malware|S0246|HARDRAIN
  tool|S0262|QuasarRAT
  malware|S0263|TYPEFRAME
  malware|S0268|Bisonal
  malware|S0273|Socksbot
  malware|S0283|jRAT
  tool|S0332|Remcos
  malware|S0347|AuditCred
  malware|S0348|Cardinal RAT
  malware|S0376|HOPLIGHT
  tool|S0378|PoshC2
  malware|S0384|Dridex
  malware|S0386|Ursnif
  malware|S0412|ZxShell
  malware|S0435|PLEAD
  malware|S0436|TSCookie
  malware|S0456|Aria-body
  malware|S0461|SDBbot
  malware|S0487|Kessel
  tool|S0508|ngrok
  malware|S0615|SombRAT
  malware|S0629|RainyDay
  malware|S0669|KOCTOPUS
  malware|S0670|WarzoneRAT
  malware|S0690|Green Lambert
  malware|S1044|FunnyDream
  malware|S1051|KEYPLUG
  malware|S1081|BADHATCH
  malware|S1099|Samurai
  malware|S1114|ZIPLINE
  malware|S1121|LITTLELAMB.WOOLTEA
  malware|S1141|LunarWeb
  tool|S1144|FRP
  malware|S1187|reGeorg
  malware|S1189|Neo-reGeorg
  malware|S1190|Kapeka
  malware|S1197|GoBear
  malware|S1210|Sagerunex
  malware|S1212|RansomHub
  malware|S1229|Havoc
  campaign|C0013|Operation Sharpshooter
  campaign|C0014|Operation Wocao
  campaign|C0017|C0017
  campaign|C0027|C0027
  campaign|C0047|RedDelta Modified PlugX Infection Chain Operations
  campaign|C0048|Operation MidnightEclipse
  campaign|C0056|RedPenguin
  campaign|C0058|SharePoint ToolShell Exploitation
  campaign|C0059|Salesforce Data Exfiltration
  strategy|DET0445|Detection of Proxy Infrastructure Setup and Traffic Bridging
    AN1229|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
      Network Traffic Flow|NSM:Connections|Outbound Connection
    AN1230|Linux
      Process Creation|auditd:SYSCALL|execve
      Network Traffic Flow|NSM:Flow|Connection Tracking
    AN1231|macOS
      Process Creation|macos:unifiedlog|None
      Network Traffic Flow|NSM:Firewall|pf firewall logs
      Network Connection Creation|NSM:Flow|connection attempts
    AN1232|ESXi
      Command Execution|esxi:shell|None
      Network Traffic Flow|esxi:vmkernel|None
      Network Connection Creation|NSM:Flow|conn.log
    AN1233|Network Devices
      Firewall Rule Modification|NSM:Firewall|Policy Change / Rule Update
      Network Traffic Flow|NSM:Flow|Flow Creation (NetFlow/sFlow)
      Command Execution|networkdevice:cli|Interface commands
T1090.001
  group|G0010|Turla
  group|G0030|Lotus Blossom
  group|G0032|Lazarus Group
  group|G0041|Strider
  group|G0087|APT39
  group|G0126|Higaisa
  group|G1016|FIN13
  group|G1017|Volt Typhoon
  group|G1047|Velvet Ant
  malware|S0009|Hikit
  malware|S0023|CHOPSTICK
  malware|S0031|BACKSPACE
  malware|S0038|Duqu
  malware|S0051|MiniDuke
  malware|S0141|Winnti for Windows
  malware|S0154|Cobalt Strike
  malware|S0260|InvisiMole
  malware|S0265|Kazuar
  malware|S0502|Drovorub
  malware|S0512|FatDuke
  malware|S0556|Pay2Key
  malware|S0603|Stuxnet
  tool|S0633|Sliver
  tool|S0699|Mythic
  malware|S1059|metaMain
  malware|S1060|Mafalda
  malware|S1100|Ninja
  malware|S1198|Gomir
  malware|S1227|StarProxy
  campaign|C0014|Operation Wocao
  campaign|C0024|SolarWinds Compromise
  campaign|C0051|APT28 Nearest Neighbor Campaign
  strategy|DET0075|Internal Proxy Behavior via Lateral Host-to-Host C2 Relay
    AN0204|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
      Network Traffic Flow|Windows Firewall Log|SMB over high port
    AN0205|Linux
      Process Creation|auditd:SYSCALL|execve
      Network Traffic Flow|NSM:Connections|Internal connection logging
      Network Traffic Content|NSM:Flow|conn.log
    AN0206|macOS
      Process Creation|macos:unifiedlog|None
      Network Traffic Flow|NSM:Flow|pf firewall logs
      Service Creation|macos:osquery|Process Events and Launch Daemons
    AN0207|ESXi
      Process Creation|esxi:shell|/var/log/shell.log
      Network Traffic Flow|esxi:vmkernel|/var/log/vmkernel.log
      Network Connection Creation|NSM:Flow|conn.log
    AN0208|Network Devices
      Firewall Rule Modification|Firewall Audit Logs|Config Change
      Network Traffic Flow|NSM:Flow|Inter-segment traffic
      Command Execution|networkdevice:cli|Policy Update
T1090.002
  group|G0007|APT28
  group|G0016|APT29
  group|G0022|APT3
  group|G0032|Lazarus Group
  group|G0045|menuPass
  group|G0053|FIN5
  group|G0069|MuddyWater
  group|G0087|APT39
  group|G0091|Silence
  group|G0093|GALLIUM
  group|G0131|Tonto Team
  malware|S0019|Regin
  malware|S0141|Winnti for Windows
  malware|S0223|POWERSTATS
  malware|S0260|InvisiMole
  malware|S0266|TrickBot
  malware|S0439|Okrum
  malware|S0444|ShimRat
  malware|S0650|QakBot
  tool|S0699|Mythic
  malware|S1084|QUIETEXIT
  campaign|C0055|Quad7 Activity
  strategy|DET0325|External Proxy Behavior via Outbound Relay to Intermediate Infrastructure
    AN0922|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
      Network Traffic Content|WinEventLog:Microsoft-Windows-Windows Defender/Operational|Unusual external domain access
    AN0923|Linux
      Process Creation|auditd:SYSCALL|execve
      Network Traffic Content|NSM:Flow|conn.log or http.log
      Network Traffic Flow|NSM:Flow|alert log
    AN0924|macOS
      Process Creation|macos:unifiedlog|process logs
      Network Traffic Flow|NSM:Flow|pf firewall logs
      Network Connection Creation|macos:osquery|launchd or network_events
    AN0925|ESXi
      Process Creation|esxi:shell|None
      Network Traffic Flow|esxi:vmkernel|None
      Network Connection Creation|NSM:Flow|conn.log
    AN0926|Network Devices
      Firewall Rule Modification|Firewall Audit Logs|Outbound NAT Rule Changes
      Network Traffic Flow|NSM:Flow|Outbound flow records
      Network Connection Creation|networkdevice:syslog|Dynamic route changes
T1090.003
  group|G0007|APT28
  group|G0016|APT29
  group|G0030|Lotus Blossom
  group|G0047|Gamaredon Group
  group|G0065|Leviathan
  group|G0085|FIN4
  group|G0100|Inception
  group|G0128|ZIRCONIUM
  group|G1003|Ember Bear
  group|G1017|Volt Typhoon
  group|G1051|Medusa Group
  malware|S0022|Uroburos
  tool|S0183|Tor
  malware|S0276|Keydnap
  malware|S0281|Dok
  malware|S0282|MacSpy
  malware|S0342|GreyEnergy
  malware|S0366|WannaCry
  malware|S0384|Dridex
  malware|S0386|Ursnif
  malware|S0438|Attor
  malware|S0491|StrongPity
  malware|S0604|Industroyer
  malware|S0623|Siloscape
  malware|S0641|Kobalos
  malware|S0687|Cyclops Blink
  malware|S1100|Ninja
  malware|S1106|NGLite
  malware|S1107|NKAbuse
  tool|S1144|FRP
  malware|S1184|BOLDMOVE
  campaign|C0004|CostaRicto
  campaign|C0014|Operation Wocao
  campaign|C0052|SPACEHOP Activity
  campaign|C0053|FLORAHOX Activity
  campaign|C0055|Quad7 Activity
  campaign|C0056|RedPenguin
  campaign|C0059|Salesforce Data Exfiltration
  strategy|DET0359|Multi-hop Proxy Behavior via Relay Node Chaining, Onion Routing, and Network Tunneling
    AN1020|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
      Network Traffic Flow|dns:query|Outbound resolution to hidden service domains (e.g., .onion)
    AN1021|Linux
      Process Creation|auditd:SYSCALL|execve for proxy tools
      Network Traffic Flow|NSM:Flow|conn.log + ssl.log with Tor fingerprinting
      Network Traffic Content|Netfilter/iptables|Forwarded packets log
    AN1022|macOS
      Process Creation|macos:unifiedlog|process, socket, and DNS logs
      Network Connection Creation|macos:osquery|process_events + launchd
      Network Traffic Flow|macos:unifiedlog|forwarded encrypted traffic
    AN1023|ESXi
      Network Connection Creation|esxi:esxupdate|/var/log/esxupdate.log or /var/log/vmksummary.log
      Network Traffic Flow|esxi:vmkernel|/var/log/vmkernel.log
      Network Traffic Content|NSM:Flow|Relay patterns across IP hops
    AN1024|Network Devices
      Network Traffic Flow|NSM:Flow|Relayed session pathing (multi-hop)
      Network Traffic Content|NSM:Firewall|Outbound encrypted traffic
      Firmware Modification|networkdevice:syslog|Custom firmware or routing changes
T1090.004
  group|G0016|APT29
  malware|S0154|Cobalt Strike
  tool|S0175|meek
  malware|S0649|SMOKEDHAM
  tool|S0699|Mythic
  strategy|DET0196|Domain Fronting Behavior via Mismatched TLS SNI and HTTP Host Headers
    AN0564|Windows
      Network Traffic Content|NSM:Connections|TLS handshake + HTTP headers
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN0565|Linux
      Network Traffic Content|NSM:Flow|ssl.log + http.log
      Process Creation|auditd:SYSCALL|execve
    AN0566|macOS
      Network Traffic Content|macos:unifiedlog|network, socket, and http logs
      Process Creation|macos:osquery|process_events
    AN0567|ESXi
      Network Traffic Content|NSM:Firewall|TLS/HTTP inspection
      Process Creation|esxi:shell|/var/log/vmkernel.log, /var/log/vmkwarning.log
T1071.001
  group|G0004|Ke3chang
  group|G0007|APT28
  group|G0010|Turla
  group|G0026|APT18
  group|G0027|Threat Group-3390
  group|G0032|Lazarus Group
  group|G0034|Sandworm Team
  group|G0038|Stealth Falcon
  group|G0047|Gamaredon Group
  group|G0049|OilRig
  group|G0050|APT32
  group|G0059|Magic Hound
  group|G0060|BRONZE BUTLER
  group|G0061|FIN8
  group|G0064|APT33
  group|G0067|APT37
  group|G0069|MuddyWater
  group|G0070|Dark Caracal
  group|G0071|Orangeworm
  group|G0073|APT19
  group|G0075|Rancor
  group|G0080|Cobalt Group
  group|G0081|Tropic Trooper
  group|G0082|APT38
  group|G0083|SilverTerrier
  group|G0085|FIN4
  group|G0087|APT39
  group|G0090|WIRTE
  group|G0092|TA505
  group|G0094|Kimsuky
  group|G0096|APT41
  group|G0100|Inception
  group|G0102|Wizard Spider
  group|G0106|Rocke
  group|G0112|Windshift
  group|G0114|Chimera
  group|G0121|Sidewinder
  group|G0125|HAFNIUM
  group|G0126|Higaisa
  group|G0127|TA551
  group|G0129|Mustang Panda
  group|G0139|TeamTNT
  group|G0142|Confucius
  group|G1002|BITTER
  group|G1013|Metador
  group|G1014|LuminousMoth
  group|G1016|FIN13
  group|G1034|Daggerfly
  group|G1035|Winter Vivern
  group|G1036|Moonstone Sleet
  group|G1039|RedCurl
  group|G1041|Sea Turtle
  group|G1042|RedEcho
  group|G1043|BlackByte
  group|G1044|APT42
  group|G1051|Medusa Group
  malware|S0003|RIPTIDE
  malware|S0009|Hikit
  malware|S0011|Taidoor
  malware|S0013|PlugX
  malware|S0015|Ixeshe
  malware|S0019|Regin
  malware|S0020|China Chopper
  malware|S0022|Uroburos
  malware|S0023|CHOPSTICK
  malware|S0024|Dyre
  malware|S0030|Carbanak
  malware|S0031|BACKSPACE
  malware|S0034|NETEAGLE
  malware|S0037|HAMMERTOSS
  malware|S0042|LOWBALL
  malware|S0043|BUBBLEWRAP
  malware|S0044|JHUHUGIT
  malware|S0045|ADVSTORESHELL
  malware|S0046|CozyCar
  malware|S0048|PinchDuke
  malware|S0049|GeminiDuke
  malware|S0050|CosmicDuke
  malware|S0051|MiniDuke
  malware|S0052|OnionDuke
  malware|S0053|SeaDuke
  malware|S0054|CloudDuke
  malware|S0059|WinMM
  malware|S0060|Sys10
  malware|S0062|DustySky
  malware|S0064|ELMER
  malware|S0065|4H RAT
  malware|S0066|3PARA RAT
  malware|S0067|pngdowner
  malware|S0068|httpclient
  malware|S0070|HTTPBrowser
  malware|S0072|OwaAuth
  malware|S0074|Sakula
  malware|S0078|Psylo
  malware|S0081|Elise
  malware|S0082|Emissary
  malware|S0084|Mis-Type
  malware|S0085|S-Type
  malware|S0086|ZLib
  malware|S0087|Hi-Zor
  malware|S0089|BlackEnergy
  malware|S0091|Epic
  malware|S0094|Trojan.Karagany
  malware|S0115|Crimson
  malware|S0125|Remsec
  malware|S0126|ComRAT
  malware|S0127|BBSRAT
  malware|S0128|BADNEWS
  malware|S0137|CORESHELL
  malware|S0138|OLDBAIT
  malware|S0140|Shamoon
  malware|S0141|Winnti for Windows
  malware|S0144|ChChes
  malware|S0147|Pteranodon
  malware|S0148|RTM
  malware|S0153|RedLeaves
  malware|S0154|Cobalt Strike
  malware|S0159|SNUGRIDE
  malware|S0162|Komplex
  malware|S0168|Gazer
  malware|S0170|Helminth
  malware|S0171|Felismus
  malware|S0172|Reaver
  malware|S0184|POWRUNER
  malware|S0186|DownPaper
  malware|S0187|Daserf
  tool|S0192|Pupy
  malware|S0196|PUNCHBUGGY
  malware|S0198|NETWIRE
  malware|S0200|Dipsind
  malware|S0207|Vasport
  malware|S0226|Smoke Loader
  malware|S0230|ZeroT
  malware|S0237|GravityRAT
  malware|S0238|Proxysvc
  malware|S0239|Bankshot
  malware|S0240|ROKRAT
  malware|S0241|RATANKBA
  malware|S0243|DealersChoice
  malware|S0244|Comnie
  malware|S0249|Gold Dragon
  tool|S0250|Koadic
  malware|S0251|Zebrocy
  malware|S0257|VERMIN
  malware|S0258|RGDoor
  malware|S0260|InvisiMole
  malware|S0264|OopsIE
  malware|S0265|Kazuar
  malware|S0266|TrickBot
  malware|S0267|FELIXROOT
  malware|S0268|Bisonal
  malware|S0269|QUADAGENT
  malware|S0275|UPPERCUT
  malware|S0276|Keydnap
  malware|S0282|MacSpy
  malware|S0284|More_eggs
  malware|S0330|Zeus Panda
  malware|S0331|Agent Tesla
  malware|S0333|UBoatRAT
  malware|S0334|DarkComet
  malware|S0335|Carbon
  malware|S0337|BadPatch
  malware|S0339|Micropsia
  malware|S0340|Octopus
  malware|S0341|Xbash
  malware|S0342|GreyEnergy
  malware|S0345|Seasalt
  malware|S0348|Cardinal RAT
  malware|S0352|OSX_OCEANLOTUS.D
  malware|S0353|NOKKI
  malware|S0355|Final1stspy
  malware|S0356|KONNI
  tool|S0363|Empire
  malware|S0367|Emotet
  malware|S0371|POWERTON
  malware|S0374|SpeakUp
  malware|S0375|Remexi
  tool|S0378|PoshC2
  malware|S0381|FlawedAmmyy
  malware|S0382|ServHelper
  malware|S0384|Dridex
  malware|S0385|njRAT
  malware|S0386|Ursnif
  malware|S0388|YAHOYAH
  malware|S0391|HAWKBALL
  malware|S0396|EvilBunny
  malware|S0398|HyperBro
  malware|S0401|Exaramel for Linux
  malware|S0409|Machete
  malware|S0412|ZxShell
  malware|S0428|PoetRAT
  malware|S0430|Winnti for Linux
  malware|S0435|PLEAD
  malware|S0436|TSCookie
  malware|S0439|Okrum
  malware|S0441|PowerShower
  malware|S0442|VBShower
  malware|S0444|ShimRat
  tool|S0445|ShimRatReporter
  malware|S0447|Lokibot
  malware|S0448|Rising Sun
  malware|S0449|Maze
  malware|S0453|Pony
  malware|S0455|Metamorfo
  malware|S0456|Aria-body
  malware|S0458|Ramsay
  malware|S0459|MechaFlounder
  malware|S0460|Get2
  malware|S0466|WindTail
  malware|S0469|ABK
  malware|S0470|BBK
  malware|S0472|down_new
  malware|S0473|Avenger
  malware|S0475|BackConfig
  malware|S0476|Valak
  malware|S0477|Goopy
  malware|S0482|Bundlore
  malware|S0483|IcedID
  malware|S0484|Carberp
  malware|S0491|StrongPity
  malware|S0493|GoldenSpy
  malware|S0495|RDAT
  malware|S0496|REvil
  malware|S0497|Dacls
  tool|S0500|MCMD
  malware|S0502|Drovorub
  malware|S0504|Anchor
  malware|S0512|FatDuke
  malware|S0513|LiteDuke
  malware|S0514|WellMess
  malware|S0516|SoreFang
  malware|S0518|PolyglotDuke
  malware|S0520|BLINDINGCAN
  malware|S0526|KGH_SPY
  tool|S0527|CSPY Downloader
  malware|S0531|Grandoreiro
  malware|S0533|SLOTHFULMEDIA
  malware|S0534|Bazar
  malware|S0538|Crutch
  malware|S0543|Spark
  malware|S0554|Egregor
  malware|S0559|SUNBURST
  malware|S0561|GuLoader
  malware|S0564|BlackMould
  malware|S0569|Explosive
  malware|S0578|SUPERNOVA
  malware|S0582|LookBack
  malware|S0584|AppleJeus
  malware|S0588|GoldMax
  malware|S0589|Sibot
  tool|S0594|Out1
  malware|S0595|ThiefQuest
  malware|S0596|ShadowPad
  malware|S0597|GoldFinder
  malware|S0598|P.A.S. Webshell
  malware|S0599|Kinsing
  malware|S0600|Doki
  malware|S0603|Stuxnet
  malware|S0604|Industroyer
  malware|S0610|SideTwist
  malware|S0616|DEATHRANSOM
  malware|S0622|AppleSeed
  malware|S0629|RainyDay
  malware|S0631|Chaes
  malware|S0632|GrimAgent
  tool|S0633|Sliver
  malware|S0635|BoomBox
  malware|S0636|VaporRage
  malware|S0643|Peppy
  malware|S0647|Turian
  malware|S0649|SMOKEDHAM
  malware|S0650|QakBot
  malware|S0652|MarkiRAT
  malware|S0653|xCaon
  malware|S0657|BLUELIGHT
  malware|S0659|Diavol
  malware|S0660|Clambling
  malware|S0661|FoggyWeb
  malware|S0662|RCSession
  malware|S0664|Pandora
  malware|S0666|Gelsemium
  malware|S0668|TinyTurla
  malware|S0671|Tomiris
  malware|S0673|DarkWatchman
  malware|S0674|CharmPower
  malware|S0678|Torisma
  malware|S0680|LitePower
  malware|S0682|TrailBlazer
  malware|S0686|QuietSieve
  malware|S0687|Cyclops Blink
  malware|S0689|WhisperGate
  malware|S0691|Neoichor
  malware|S0694|DRATzarus
  tool|S0695|Donut
  malware|S0696|Flagpro
  tool|S0699|Mythic
  malware|S1014|DanBot
  malware|S1015|Milan
  malware|S1017|OutSteel
  malware|S1018|Saint Bot
  malware|S1019|Shark
  malware|S1020|Kevin
  malware|S1022|IceApple
  malware|S1023|CreepyDrive
  malware|S1024|CreepySnail
  malware|S1025|Amadey
  malware|S1026|Mongall
  malware|S1028|Action RAT
  malware|S1029|AuTo Stealer
  malware|S1030|Squirrelwaffle
  malware|S1031|PingPull
  malware|S1035|Small Sieve
  malware|S1037|STARWHALE
  malware|S1042|SUGARDUMP
  malware|S1046|PowGoop
  malware|S1047|Mori
  tool|S1050|PcShare
  malware|S1051|KEYPLUG
  malware|S1059|metaMain
  malware|S1060|Mafalda
  tool|S1063|Brute Ratel C4
  malware|S1064|SVCReady
  malware|S1065|Woody RAT
  malware|S1066|DarkTortilla
  malware|S1074|ANDROMEDA
  malware|S1075|KOPILUWAK
  malware|S1076|QUIETCANARY
  malware|S1081|BADHATCH
  malware|S1099|Samurai
  malware|S1100|Ninja
  malware|S1105|COATHANGER
  malware|S1106|NGLite
  malware|S1108|PULSECHECK
  malware|S1110|SLIGHTPULSE
  malware|S1112|STEADYPULSE
  malware|S1115|WIREFIRE
  malware|S1119|LIGHTWIRE
  malware|S1120|FRAMESTING
  malware|S1130|Raspberry Robin
  malware|S1132|IPsec Helper
  malware|S1141|LunarWeb
  tool|S1144|FRP
  malware|S1148|Raccoon Stealer
  malware|S1149|CHIMNEYSWEEP
  malware|S1153|Cuckoo Stealer
  tool|S1155|Covenant
  malware|S1156|Manjusaka
  malware|S1160|Latrodectus
  malware|S1163|SnappyTCP
  malware|S1168|SampleCheck5000
  malware|S1169|Mango
  malware|S1172|OilBooster
  malware|S1178|ShrinkLocker
  malware|S1182|MagicRAT
  malware|S1183|StrelaStealer
  malware|S1184|BOLDMOVE
  malware|S1185|LightSpy
  malware|S1186|Line Dancer
  malware|S1187|reGeorg
  malware|S1188|Line Runner
  malware|S1189|Neo-reGeorg
  malware|S1190|Kapeka
  malware|S1192|NICECURL
  malware|S1193|TAMECAT
  malware|S1196|Troll Stealer
  malware|S1198|Gomir
  malware|S1200|StealBit
  malware|S1201|TRANSLATEXT
  malware|S1202|LockBit 3.0
  malware|S1207|XLoader
  tool|S1209|Quick Assist
  malware|S1210|Sagerunex
  malware|S1213|Lumma Stealer
  malware|S1221|MOPSLED
  malware|S1222|RIFLESPINE
  malware|S1223|THINCRUST
  malware|S1226|BOOKWORM
  malware|S1228|PUBLOAD
  malware|S1229|Havoc
  malware|S1239|TONESHELL
  malware|S1240|RedLine Stealer
  malware|S1245|InvisibleFerret
  malware|S1246|BeaverTail
  malware|S1248|XORIndex Loader
  malware|S1249|HexEval Loader
  campaign|C0001|Frankenstein
  campaign|C0002|Night Dragon
  campaign|C0012|Operation CuckooBees
  campaign|C0014|Operation Wocao
  campaign|C0017|C0017
  campaign|C0018|C0018
  campaign|C0021|C0021
  campaign|C0022|Operation Dream Job
  campaign|C0024|SolarWinds Compromise
  campaign|C0028|2015 Ukraine Electric Power Attack
  campaign|C0039|Versa Director Zero Day Exploitation
  campaign|C0040|APT41 DUST
  campaign|C0042|Outer Space
  campaign|C0043|Indian Critical Infrastructure Intrusions
  campaign|C0044|Juicy Mix
  campaign|C0046|ArcaneDoor
  campaign|C0047|RedDelta Modified PlugX Infection Chain Operations
  campaign|C0048|Operation MidnightEclipse
  campaign|C0055|Quad7 Activity
  campaign|C0057|3CX Supply Chain Attack
  campaign|C0058|SharePoint ToolShell Exploitation
  strategy|DET0027|Detection of Web Protocol-Based C2 Over HTTP, HTTPS, or WebSockets
    AN0075|Windows
      Network Traffic Content|NSM:Flow|http.log, ssl.log
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN0076|Linux
      Network Traffic Content|NSM:Flow|http.log, conn.log
      Process Creation|auditd:SYSCALL|execve
    AN0077|macOS
      Network Traffic Flow|macos:osquery|socket_events
      Command Execution|macos:unifiedlog|log stream --predicate
    AN0078|ESXi
      Network Traffic Content|NSM:Flow|SPAN or port-mirrored HTTP/S
      Process Creation|esxi:shell|/root/.ash_history or /etc/init.d/*
    AN0079|Network Devices
      Network Traffic Content|NSM:Flow|http.log, ssl.log, websocket.log
T1071.004
  group|G0004|Ke3chang
  group|G0026|APT18
  group|G0046|FIN7
  group|G0049|OilRig
  group|G0080|Cobalt Group
  group|G0081|Tropic Trooper
  group|G0087|APT39
  group|G0096|APT41
  group|G0114|Chimera
  group|G0140|LazyScripter
  group|G1003|Ember Bear
  malware|S0013|PlugX
  malware|S0022|Uroburos
  malware|S0070|HTTPBrowser
  malware|S0124|Pisloader
  malware|S0125|Remsec
  malware|S0145|POWERSOURCE
  malware|S0146|TEXTMATE
  malware|S0154|Cobalt Strike
  malware|S0157|SOUNDBITE
  malware|S0167|Matryoshka
  malware|S0170|Helminth
  malware|S0184|POWRUNER
  malware|S0228|NanHaiShu
  malware|S0260|InvisiMole
  malware|S0269|QUADAGENT
  malware|S0338|Cobian RAT
  malware|S0354|Denis
  malware|S0360|BONDUPDATER
  malware|S0377|Ebury
  malware|S0477|Goopy
  malware|S0495|RDAT
  malware|S0504|Anchor
  malware|S0514|WellMess
  malware|S0559|SUNBURST
  malware|S0596|ShadowPad
  malware|S0615|SombRAT
  tool|S0633|Sliver
  malware|S0663|SysUpdate
  malware|S0666|Gelsemium
  malware|S0690|Green Lambert
  tool|S0699|Mythic
  malware|S1014|DanBot
  malware|S1015|Milan
  malware|S1019|Shark
  malware|S1020|Kevin
  malware|S1021|DnsSystem
  malware|S1027|Heyoka Backdoor
  malware|S1047|Mori
  tool|S1063|Brute Ratel C4
  malware|S1090|NightClub
  malware|S1111|DarkGate
  campaign|C0029|Cutting Edge
  strategy|DET0400|Behavioral Detection of DNS Tunneling and Application Layer Abuse
    AN1121|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Network Traffic Content|NSM:Flow|dns.log
    AN1122|Linux
      Process Creation|auditd:SYSCALL|execve
      Network Traffic Content|NSM:Flow|dns.log
    AN1123|macOS
      Network Traffic Flow|macos:unifiedlog|log stream 'eventMessage contains "dns_request"'
    AN1124|Network Devices
      Network Traffic Content|NSM:Flow|dns.log
    AN1125|ESXi
      Network Traffic Flow|esxi:syslog|/var/log/syslog.log
      Network Traffic Content|NSM:FLow|dns.log
T1021.001
  group|G0001|Axiom
  group|G0006|APT1
  group|G0022|APT3
  group|G0032|Lazarus Group
  group|G0035|Dragonfly
  group|G0037|FIN6
  group|G0040|Patchwork
  group|G0045|menuPass
  group|G0046|FIN7
  group|G0049|OilRig
  group|G0051|FIN10
  group|G0059|Magic Hound
  group|G0061|FIN8
  group|G0065|Leviathan
  group|G0080|Cobalt Group
  group|G0087|APT39
  group|G0091|Silence
  group|G0094|Kimsuky
  group|G0096|APT41
  group|G0102|Wizard Spider
  group|G0108|Blue Mockingbird
  group|G0114|Chimera
  group|G0117|Fox Kitten
  group|G0119|Indrik Spider
  group|G0143|Aquatic Panda
  group|G1001|HEXANE
  group|G1015|Scattered Spider
  group|G1016|FIN13
  group|G1017|Volt Typhoon
  group|G1023|APT5
  group|G1024|Akira
  group|G1030|Agrius
  group|G1032|INC Ransom
  group|G1043|BlackByte
  group|G1051|Medusa Group
  malware|S0030|Carbanak
  malware|S0154|Cobalt Strike
  tool|S0192|Pupy
  tool|S0250|Koadic
  tool|S0262|QuasarRAT
  malware|S0283|jRAT
  malware|S0334|DarkComet
  malware|S0350|zwShell
  malware|S0379|Revenge RAT
  malware|S0382|ServHelper
  malware|S0385|njRAT
  malware|S0412|ZxShell
  tool|S0434|Imminent Monitor
  malware|S0461|SDBbot
  malware|S0583|Pysa
  malware|S0670|WarzoneRAT
  malware|S1187|reGeorg
  campaign|C0015|C0015
  campaign|C0018|C0018
  campaign|C0024|SolarWinds Compromise
  campaign|C0029|Cutting Edge
  campaign|C0032|C0032
  campaign|C0038|HomeLand Justice
  campaign|C0051|APT28 Nearest Neighbor Campaign
  strategy|DET0327|Multi-event Detection Strategy for RDP-Based Remote Logins and Post-Access Activity
    AN0931|Windows
      Logon Session Creation|WinEventLog:Security|EventCode=4624, 4648
      Logon Session Metadata|WinEventLog:Security|EventCode=4778, EventCode=4779
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Process Creation|WinEventLog:Sysmon|EventCode=1
T1021.004
  group|G0032|Lazarus Group
  group|G0036|GCMAN
  group|G0045|menuPass
  group|G0046|FIN7
  group|G0049|OilRig
  group|G0065|Leviathan
  group|G0087|APT39
  group|G0098|BlackTech
  group|G0106|Rocke
  group|G0117|Fox Kitten
  group|G0119|Indrik Spider
  group|G0139|TeamTNT
  group|G0143|Aquatic Panda
  group|G1015|Scattered Spider
  group|G1016|FIN13
  group|G1023|APT5
  group|G1045|Salt Typhoon
  group|G1046|Storm-1811
  group|G1048|UNC3886
  malware|S0154|Cobalt Strike
  tool|S0363|Empire
  malware|S0599|Kinsing
  malware|S1187|reGeorg
  campaign|C0029|Cutting Edge
  campaign|C0032|C0032
  campaign|C0049|Leviathan Australian Intrusions
  strategy|DET0596|Behavioral Detection of Remote SSH Logins Followed by Post-Login Execution
    AN1638|Linux
      Process Creation|auditd:EXECVE|EXECVE
      Logon Session Creation|linux:syslog|None
      Network Traffic Flow|NSM:Flow|TCP port 22 traffic
    AN1639|macOS
      Logon Session Metadata|macos:unifiedlog|process = 'sshd'
      Network Traffic Content|macos:unifiedlog|process = 'ssh' OR eventMessage CONTAINS 'ssh'
      Process Creation|macos:osquery|process_events
    AN1640|ESXi
      Logon Session Metadata|esxi:auth|None
      Command Execution|esxi:shell|None
      Network Traffic Flow|esxi:vmkernel|port 22 access
T1105
  group|G0004|Ke3chang
  group|G0007|APT28
  group|G0010|Turla
  group|G0012|Darkhotel
  group|G0016|APT29
  group|G0021|Molerats
  group|G0022|APT3
  group|G0026|APT18
  group|G0027|Threat Group-3390
  group|G0032|Lazarus Group
  group|G0034|Sandworm Team
  group|G0035|Dragonfly
  group|G0040|Patchwork
  group|G0044|Winnti Group
  group|G0045|menuPass
  group|G0046|FIN7
  group|G0047|Gamaredon Group
  group|G0049|OilRig
  group|G0050|APT32
  group|G0059|Magic Hound
  group|G0060|BRONZE BUTLER
  group|G0061|FIN8
  group|G0064|APT33
  group|G0065|Leviathan
  group|G0066|Elderwood
  group|G0067|APT37
  group|G0068|PLATINUM
  group|G0069|MuddyWater
  group|G0075|Rancor
  group|G0078|Gorgon Group
  group|G0080|Cobalt Group
  group|G0081|Tropic Trooper
  group|G0082|APT38
  group|G0087|APT39
  group|G0090|WIRTE
  group|G0091|Silence
  group|G0092|TA505
  group|G0093|GALLIUM
  group|G0094|Kimsuky
  group|G0096|APT41
  group|G0099|APT-C-36
  group|G0102|Wizard Spider
  group|G0106|Rocke
  group|G0107|Whitefly
  group|G0112|Windshift
  group|G0114|Chimera
  group|G0117|Fox Kitten
  group|G0119|Indrik Spider
  group|G0120|Evilnum
  group|G0121|Sidewinder
  group|G0123|Volatile Cedar
  group|G0125|HAFNIUM
  group|G0127|TA551
  group|G0128|ZIRCONIUM
  group|G0129|Mustang Panda
  group|G0130|Ajax Security Team
  group|G0131|Tonto Team
  group|G0133|Nomadic Octopus
  group|G0135|BackdoorDiplomacy
  group|G0136|IndigoZebra
  group|G0138|Andariel
  group|G0139|TeamTNT
  group|G0140|LazyScripter
  group|G0142|Confucius
  group|G0143|Aquatic Panda
  group|G1001|HEXANE
  group|G1002|BITTER
  group|G1008|SideCopy
  group|G1009|Moses Staff
  group|G1013|Metador
  group|G1014|LuminousMoth
  group|G1015|Scattered Spider
  group|G1016|FIN13
  group|G1017|Volt Typhoon
  group|G1018|TA2541
  group|G1020|Mustard Tempest
  group|G1021|Cinnamon Tempest
  group|G1032|INC Ransom
  group|G1034|Daggerfly
  group|G1035|Winter Vivern
  group|G1036|Moonstone Sleet
  group|G1040|Play
  group|G1043|BlackByte
  group|G1046|Storm-1811
  group|G1051|Medusa Group
  malware|S0009|Hikit
  malware|S0011|Taidoor
  malware|S0012|PoisonIvy
  malware|S0013|PlugX
  malware|S0015|Ixeshe
  malware|S0017|BISCUIT
  malware|S0020|China Chopper
  malware|S0022|Uroburos
  malware|S0023|CHOPSTICK
  malware|S0024|Dyre
  malware|S0032|gh0st RAT
  malware|S0042|LOWBALL
  malware|S0044|JHUHUGIT
  malware|S0051|MiniDuke
  malware|S0053|SeaDuke
  malware|S0054|CloudDuke
  malware|S0055|RARSTONE
  malware|S0070|HTTPBrowser
  malware|S0074|Sakula
  malware|S0077|CallMe
  malware|S0078|Psylo
  malware|S0079|MobileOrder
  malware|S0080|Mivast
  malware|S0081|Elise
  malware|S0082|Emissary
  malware|S0083|Misdat
  malware|S0084|Mis-Type
  malware|S0085|S-Type
  malware|S0086|ZLib
  malware|S0087|Hi-Zor
  malware|S0088|Kasidet
  malware|S0092|Agent.btz
  malware|S0093|Backdoor.Oldrea
  malware|S0094|Trojan.Karagany
  tool|S0095|ftp
  tool|S0106|cmd
  malware|S0109|WEBC2
  malware|S0115|Crimson
  malware|S0118|Nidiran
  malware|S0124|Pisloader
  malware|S0125|Remsec
  malware|S0128|BADNEWS
  malware|S0130|Unknown Logger
  malware|S0132|H1N1
  malware|S0134|Downdelph
  malware|S0137|CORESHELL
  malware|S0139|PowerDuke
  malware|S0140|Shamoon
  malware|S0141|Winnti for Windows
  malware|S0144|ChChes
  malware|S0145|POWERSOURCE
  malware|S0147|Pteranodon
  malware|S0148|RTM
  malware|S0150|POSHSPY
  malware|S0153|RedLeaves
  malware|S0154|Cobalt Strike
  tool|S0160|certutil
  malware|S0164|TDTESS
  malware|S0166|RemoteCMD
  malware|S0168|Gazer
  malware|S0170|Helminth
  malware|S0171|Felismus
  malware|S0180|Volgmer
  malware|S0184|POWRUNER
  malware|S0185|SEASHARPEE
  malware|S0187|Daserf
  tool|S0190|BITSAdmin
  tool|S0192|Pupy
  malware|S0196|PUNCHBUGGY
  malware|S0198|NETWIRE
  malware|S0199|TURNEDUP
  malware|S0200|Dipsind
  malware|S0201|JPIN
  malware|S0203|Hydraq
  malware|S0204|Briba
  malware|S0206|Wiarp
  malware|S0207|Vasport
  malware|S0208|Pasam
  malware|S0210|Nerex
  malware|S0211|Linfo
  malware|S0213|DOGCALL
  malware|S0214|HAPPYWORK
  malware|S0215|KARAE
  malware|S0217|SHUTTERSPEED
  malware|S0218|SLOWDRIFT
  malware|S0223|POWERSTATS
  malware|S0226|Smoke Loader
  malware|S0228|NanHaiShu
  malware|S0229|Orz
  malware|S0230|ZeroT
  malware|S0234|Bandook
  malware|S0236|Kwampirs
  malware|S0239|Bankshot
  malware|S0240|ROKRAT
  malware|S0241|RATANKBA
  malware|S0247|NavRAT
  malware|S0249|Gold Dragon
  tool|S0250|Koadic
  malware|S0251|Zebrocy
  malware|S0254|PLAINTEE
  malware|S0255|DDKONG
  malware|S0256|Mosquito
  malware|S0257|VERMIN
  malware|S0258|RGDoor
  malware|S0260|InvisiMole
  tool|S0262|QuasarRAT
  malware|S0263|TYPEFRAME
  malware|S0264|OopsIE
  malware|S0265|Kazuar
  malware|S0266|TrickBot
  malware|S0267|FELIXROOT
  malware|S0268|Bisonal
  malware|S0270|RogueRobin
  malware|S0271|KEYMARBLE
  malware|S0272|NDiskMonitor
  malware|S0274|Calisto
  malware|S0275|UPPERCUT
  malware|S0283|jRAT
  malware|S0284|More_eggs
  malware|S0330|Zeus Panda
  malware|S0331|Agent Tesla
  tool|S0332|Remcos
  malware|S0333|UBoatRAT
  malware|S0334|DarkComet
  malware|S0336|NanoCore
  malware|S0337|BadPatch
  malware|S0339|Micropsia
  malware|S0340|Octopus
  malware|S0341|Xbash
  malware|S0342|GreyEnergy
  malware|S0344|Azorult
  malware|S0345|Seasalt
  malware|S0347|AuditCred
  malware|S0348|Cardinal RAT
  malware|S0351|Cannon
  malware|S0352|OSX_OCEANLOTUS.D
  malware|S0353|NOKKI
  malware|S0354|Denis
  malware|S0356|KONNI
  malware|S0360|BONDUPDATER
  tool|S0363|Empire
  malware|S0367|Emotet
  malware|S0369|CoinTicker
  malware|S0373|Astaroth
  malware|S0374|SpeakUp
  malware|S0376|HOPLIGHT
  malware|S0379|Revenge RAT
  malware|S0380|StoneDrill
  malware|S0381|FlawedAmmyy
  malware|S0382|ServHelper
  malware|S0385|njRAT
  malware|S0386|Ursnif
  malware|S0387|KeyBoy
  malware|S0388|YAHOYAH
  malware|S0390|SQLRat
  malware|S0394|HiddenWasp
  malware|S0395|LightNeuron
  malware|S0396|EvilBunny
  malware|S0398|HyperBro
  malware|S0401|Exaramel for Linux
  malware|S0402|OSX/Shlayer
  tool|S0404|esentutl
  malware|S0409|Machete
  malware|S0412|ZxShell
  malware|S0414|BabyShark
  malware|S0428|PoetRAT
  malware|S0430|Winnti for Linux
  malware|S0431|HotCroissant
  malware|S0435|PLEAD
  malware|S0436|TSCookie
  malware|S0437|Kivars
  malware|S0438|Attor
  malware|S0439|Okrum
  malware|S0442|VBShower
  malware|S0444|ShimRat
  tool|S0445|ShimRatReporter
  malware|S0447|Lokibot
  malware|S0450|SHARPSTATS
  malware|S0451|LoudMiner
  malware|S0453|Pony
  malware|S0455|Metamorfo
  malware|S0456|Aria-body
  malware|S0457|Netwalker
  malware|S0459|MechaFlounder
  malware|S0461|SDBbot
  malware|S0462|CARROTBAT
  tool|S0465|CARROTBALL
  malware|S0468|Skidmap
  malware|S0469|ABK
  malware|S0470|BBK
  malware|S0471|build_downer
  malware|S0472|down_new
  malware|S0473|Avenger
  malware|S0475|BackConfig
  malware|S0476|Valak
  malware|S0482|Bundlore
  malware|S0483|IcedID
  malware|S0484|Carberp
  malware|S0486|Bonadan
  malware|S0487|Kessel
  malware|S0491|StrongPity
  malware|S0492|CookieMiner
  malware|S0493|GoldenSpy
  malware|S0495|RDAT
  malware|S0496|REvil
  malware|S0497|Dacls
  malware|S0498|Cryptoistic
  malware|S0499|Hancitor
  tool|S0500|MCMD
  malware|S0501|PipeMon
  malware|S0502|Drovorub
  malware|S0504|Anchor
  malware|S0511|RegDuke
  malware|S0513|LiteDuke
  malware|S0514|WellMess
  malware|S0515|WellMail
  malware|S0516|SoreFang
  malware|S0518|PolyglotDuke
  malware|S0520|BLINDINGCAN
  malware|S0526|KGH_SPY
  tool|S0527|CSPY Downloader
  malware|S0528|Javali
  malware|S0530|Melcoz
  malware|S0531|Grandoreiro
  malware|S0532|Lucifer
  malware|S0533|SLOTHFULMEDIA
  malware|S0534|Bazar
  malware|S0546|SharpStage
  malware|S0547|DropBook
  malware|S0553|MoleNet
  malware|S0554|Egregor
  malware|S0559|SUNBURST
  malware|S0561|GuLoader
  malware|S0564|BlackMould
  malware|S0567|Dtrack
  malware|S0568|EVILNUM
  malware|S0569|Explosive
  malware|S0572|Caterpillar WebShell
  malware|S0574|BendyBear
  malware|S0579|Waterbear
  malware|S0585|Kerrdown
  malware|S0586|TAINTEDSCRIBE
  malware|S0587|Penquin
  malware|S0588|GoldMax
  malware|S0589|Sibot
  tool|S0592|RemoteUtilities
  malware|S0595|ThiefQuest
  malware|S0596|ShadowPad
  malware|S0598|P.A.S. Webshell
  malware|S0599|Kinsing
  malware|S0600|Doki
  malware|S0601|Hildegard
  malware|S0604|Industroyer
  malware|S0608|Conficker
  malware|S0610|SideTwist
  malware|S0613|PS1
  malware|S0614|CostaBricks
  malware|S0615|SombRAT
  malware|S0616|DEATHRANSOM
  malware|S0624|Ecipekac
  malware|S0625|Cuba
  malware|S0626|P8RAT
  malware|S0627|SodaMaster
  malware|S0628|FYAnti
  malware|S0629|RainyDay
  malware|S0630|Nebulae
  malware|S0631|Chaes
  malware|S0632|GrimAgent
  tool|S0633|Sliver
  malware|S0635|BoomBox
  malware|S0636|VaporRage
  malware|S0639|Seth-Locker
  malware|S0642|BADFLICK
  malware|S0643|Peppy
  malware|S0646|SpicyOmelette
  malware|S0647|Turian
  malware|S0648|JSS Loader
  malware|S0649|SMOKEDHAM
  malware|S0650|QakBot
  malware|S0651|BoxCaon
  malware|S0652|MarkiRAT
  malware|S0653|xCaon
  malware|S0657|BLUELIGHT
  malware|S0658|XCSSET
  malware|S0659|Diavol
  malware|S0661|FoggyWeb
  malware|S0662|RCSession
  malware|S0663|SysUpdate
  malware|S0664|Pandora
  malware|S0665|ThreatNeedle
  malware|S0666|Gelsemium
  malware|S0667|Chrommme
  malware|S0668|TinyTurla
  malware|S0669|KOCTOPUS
  malware|S0670|WarzoneRAT
  malware|S0671|Tomiris
  malware|S0672|Zox
  malware|S0674|CharmPower
  malware|S0680|LitePower
  malware|S0681|Lizar
  malware|S0685|PowerPunch
  malware|S0686|QuietSieve
  malware|S0687|Cyclops Blink
  malware|S0688|Meteor
  malware|S0689|WhisperGate
  malware|S0691|Neoichor
  tool|S0692|SILENTTRINITY
  malware|S0694|DRATzarus
  tool|S0695|Donut
  malware|S0696|Flagpro
  malware|S1012|PowerLess
  malware|S1013|ZxxZ
  malware|S1014|DanBot
  malware|S1015|Milan
  malware|S1016|MacMa
  malware|S1017|OutSteel
  malware|S1018|Saint Bot
  malware|S1019|Shark
  malware|S1020|Kevin
  malware|S1021|DnsSystem
  malware|S1023|CreepyDrive
  malware|S1025|Amadey
  malware|S1026|Mongall
  malware|S1028|Action RAT
  malware|S1030|Squirrelwaffle
  malware|S1034|StrifeWater
  malware|S1035|Small Sieve
  malware|S1039|Bumblebee
  malware|S1044|FunnyDream
  malware|S1048|macOS.OSAMiner
  malware|S1059|metaMain
  malware|S1060|Mafalda
  tool|S1063|Brute Ratel C4
  malware|S1064|SVCReady
  malware|S1065|Woody RAT
  malware|S1066|DarkTortilla
  malware|S1074|ANDROMEDA
  malware|S1081|BADHATCH
  malware|S1085|Sardonic
  malware|S1086|Snip3
  tool|S1087|AsyncRAT
  malware|S1088|Disco
  malware|S1089|SharpDisco
  malware|S1090|NightClub
  malware|S1099|Samurai
  malware|S1110|SLIGHTPULSE
  malware|S1111|DarkGate
  malware|S1112|STEADYPULSE
  malware|S1114|ZIPLINE
  malware|S1115|WIREFIRE
  malware|S1118|BUSHWALK
  malware|S1124|SocGholish
  malware|S1130|Raspberry Robin
  malware|S1138|Gootloader
  malware|S1140|Spica
  malware|S1148|Raccoon Stealer
  malware|S1149|CHIMNEYSWEEP
  malware|S1152|IMAPLoader
  malware|S1159|DUSTTRAP
  malware|S1160|Latrodectus
  malware|S1166|Solar
  malware|S1168|SampleCheck5000
  malware|S1170|ODAgent
  malware|S1171|OilCheck
  malware|S1172|OilBooster
  malware|S1173|PowerExchange
  malware|S1182|MagicRAT
  malware|S1183|StrelaStealer
  malware|S1185|LightSpy
  malware|S1187|reGeorg
  malware|S1189|Neo-reGeorg
  malware|S1192|NICECURL
  malware|S1193|TAMECAT
  malware|S1211|Hannotog
  malware|S1217|VIRTUALPITA
  malware|S1222|RIFLESPINE
  malware|S1224|CASTLETAP
  malware|S1228|PUBLOAD
  malware|S1229|Havoc
  malware|S1239|TONESHELL
  malware|S1240|RedLine Stealer
  malware|S1245|InvisibleFerret
  malware|S1246|BeaverTail
  malware|S1248|XORIndex Loader
  malware|S1249|HexEval Loader
  campaign|C0001|Frankenstein
  campaign|C0002|Night Dragon
  campaign|C0004|CostaRicto
  campaign|C0006|Operation Honeybee
  campaign|C0007|FunnyDream
  campaign|C0010|C0010
  campaign|C0013|Operation Sharpshooter
  campaign|C0014|Operation Wocao
  campaign|C0015|C0015
  campaign|C0017|C0017
  campaign|C0018|C0018
  campaign|C0021|C0021
  campaign|C0022|Operation Dream Job
  campaign|C0024|SolarWinds Compromise
  campaign|C0026|C0026
  campaign|C0027|C0027
  campaign|C0028|2015 Ukraine Electric Power Attack
  campaign|C0029|Cutting Edge
  campaign|C0035|KV Botnet Activity
  campaign|C0037|Water Curupira Pikabot Distribution
  campaign|C0038|HomeLand Justice
  campaign|C0040|APT41 DUST
  campaign|C0042|Outer Space
  campaign|C0045|ShadowRay
  campaign|C0048|Operation MidnightEclipse
  campaign|C0055|Quad7 Activity
  campaign|C0056|RedPenguin
  campaign|C0058|SharePoint ToolShell Exploitation
  strategy|DET0060|Detect Ingress Tool Transfers via Behavioral Chain
    AN0165|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      File Creation|WinEventLog:Sysmon|EventCode=11
      Process Creation|WinEventLog:Sysmon|EventCode=1
    AN0166|Linux
      Command Execution|auditd:SYSCALL|connect, execve, write
      File Creation|auditd:SYSCALL|file creation/modification
      Network Traffic Flow|iptables:LOG|TCP connections
    AN0167|macOS
      Process Creation|macos:endpointsecurity|ES_EVENT_TYPE_NOTIFY_EXEC
      File Creation|macos:unifiedlog|file write/create
      Network Connection Creation|macos:unifiedlog|connection open
    AN0168|ESXi
      Command Execution|esxi:hostd|command execution
      File Creation|esxi:vmkernel|file write
    AN0169|Network Devices
      Network Traffic Flow|NSM:Flow|connection metadata
      File Creation|snmp:syslog|firmware write/log event
T1573.001
  group|G0007|APT28
  group|G0012|Darkhotel
  group|G0032|Lazarus Group
  group|G0038|Stealth Falcon
  group|G0060|BRONZE BUTLER
  group|G0064|APT33
  group|G0069|MuddyWater
  group|G0100|Inception
  group|G0126|Higaisa
  group|G0128|ZIRCONIUM
  group|G0129|Mustang Panda
  group|G1017|Volt Typhoon
  group|G1039|RedCurl
  group|G1052|Contagious Interview
  malware|S0003|RIPTIDE
  malware|S0009|Hikit
  malware|S0010|Lurid
  malware|S0011|Taidoor
  malware|S0012|PoisonIvy
  malware|S0013|PlugX
  malware|S0021|Derusbi
  malware|S0022|Uroburos
  malware|S0023|CHOPSTICK
  malware|S0030|Carbanak
  malware|S0032|gh0st RAT
  malware|S0034|NETEAGLE
  malware|S0037|HAMMERTOSS
  malware|S0038|Duqu
  malware|S0045|ADVSTORESHELL
  malware|S0050|CosmicDuke
  malware|S0053|SeaDuke
  malware|S0060|Sys10
  malware|S0065|4H RAT
  malware|S0066|3PARA RAT
  malware|S0068|httpclient
  malware|S0074|Sakula
  malware|S0076|FakeM
  malware|S0077|CallMe
  malware|S0081|Elise
  malware|S0082|Emissary
  malware|S0087|Hi-Zor
  malware|S0091|Epic
  malware|S0113|Prikormka
  malware|S0127|BBSRAT
  malware|S0128|BADNEWS
  malware|S0132|H1N1
  malware|S0134|Downdelph
  malware|S0137|CORESHELL
  malware|S0141|Winnti for Windows
  malware|S0144|ChChes
  malware|S0148|RTM
  malware|S0149|MoonWind
  malware|S0153|RedLeaves
  malware|S0154|Cobalt Strike
  malware|S0159|SNUGRIDE
  malware|S0162|Komplex
  malware|S0168|Gazer
  malware|S0170|Helminth
  malware|S0171|Felismus
  malware|S0180|Volgmer
  malware|S0181|FALLCHILL
  malware|S0187|Daserf
  malware|S0198|NETWIRE
  malware|S0200|Dipsind
  malware|S0203|Hydraq
  malware|S0220|Chaos
  malware|S0230|ZeroT
  malware|S0234|Bandook
  malware|S0244|Comnie
  malware|S0245|BADCALL
  malware|S0254|PLAINTEE
  malware|S0256|Mosquito
  malware|S0260|InvisiMole
  tool|S0262|QuasarRAT
  malware|S0266|TrickBot
  malware|S0268|Bisonal
  malware|S0271|KEYMARBLE
  malware|S0272|NDiskMonitor
  malware|S0275|UPPERCUT
  malware|S0284|More_eggs
  malware|S0333|UBoatRAT
  malware|S0336|NanoCore
  malware|S0342|GreyEnergy
  malware|S0344|Azorult
  malware|S0348|Cardinal RAT
  malware|S0352|OSX_OCEANLOTUS.D
  malware|S0356|KONNI
  malware|S0367|Emotet
  malware|S0371|POWERTON
  malware|S0377|Ebury
  malware|S0381|FlawedAmmyy
  malware|S0384|Dridex
  malware|S0394|HiddenWasp
  malware|S0395|LightNeuron
  malware|S0409|Machete
  malware|S0430|Winnti for Linux
  malware|S0431|HotCroissant
  malware|S0433|Rifdoor
  malware|S0435|PLEAD
  malware|S0436|TSCookie
  malware|S0438|Attor
  malware|S0439|Okrum
  malware|S0455|Metamorfo
  malware|S0472|down_new
  malware|S0486|Bonadan
  malware|S0495|RDAT
  malware|S0501|PipeMon
  malware|S0512|FatDuke
  malware|S0514|WellMess
  malware|S0520|BLINDINGCAN
  malware|S0532|Lucifer
  malware|S0534|Bazar
  malware|S0537|HyperStack
  malware|S0559|SUNBURST
  malware|S0569|Explosive
  malware|S0574|BendyBear
  malware|S0582|LookBack
  malware|S0586|TAINTEDSCRIBE
  malware|S0603|Stuxnet
  malware|S0610|SideTwist
  malware|S0615|SombRAT
  malware|S0627|SodaMaster
  malware|S0629|RainyDay
  malware|S0630|Nebulae
  malware|S0632|GrimAgent
  tool|S0633|Sliver
  malware|S0641|Kobalos
  malware|S0649|SMOKEDHAM
  malware|S0650|QakBot
  malware|S0653|xCaon
  malware|S0658|XCSSET
  malware|S0661|FoggyWeb
  malware|S0663|SysUpdate
  malware|S0664|Pandora
  malware|S0670|WarzoneRAT
  malware|S0674|CharmPower
  malware|S0678|Torisma
  malware|S1022|IceApple
  malware|S1026|Mongall
  malware|S1031|PingPull
  malware|S1034|StrifeWater
  malware|S1039|Bumblebee
  malware|S1059|metaMain
  malware|S1060|Mafalda
  malware|S1065|Woody RAT
  malware|S1076|QUIETCANARY
  malware|S1078|RotaJakiro
  malware|S1085|Sardonic
  malware|S1099|Samurai
  malware|S1100|Ninja
  malware|S1106|NGLite
  malware|S1110|SLIGHTPULSE
  malware|S1114|ZIPLINE
  malware|S1115|WIREFIRE
  malware|S1119|LIGHTWIRE
  malware|S1141|LunarWeb
  tool|S1144|FRP
  malware|S1145|Pikabot
  malware|S1160|Latrodectus
  malware|S1166|Solar
  malware|S1169|Mango
  malware|S1193|TAMECAT
  malware|S1196|Troll Stealer
  malware|S1202|LockBit 3.0
  malware|S1218|VIRTUALPIE
  malware|S1222|RIFLESPINE
  malware|S1223|THINCRUST
  malware|S1224|CASTLETAP
  malware|S1226|BOOKWORM
  malware|S1227|StarProxy
  malware|S1228|PUBLOAD
  malware|S1229|Havoc
  malware|S1239|TONESHELL
  campaign|C0001|Frankenstein
  campaign|C0022|Operation Dream Job
  campaign|C0056|RedPenguin
  campaign|C0057|3CX Supply Chain Attack
  strategy|DET0143|Detection Strategy for Encrypted Channel via Symmetric Cryptography across OS Platforms
    AN0400|Windows
      Module Load|WinEventLog:Sysmon|EventCode=7
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN0401|Linux
      Process Creation|auditd:SYSCALL|execve or socket/connect system calls from processes using crypto libraries
      Application Log Content|linux:syslog|System daemons initiating encrypted sessions with unexpected destinations
      Module Load|linux:osquery|Process linked with libcrypto.so making external connections
    AN0402|macOS
      Process Creation|macos:unifiedlog|Process using AES/RC4 routines unexpectedly
      Network Traffic Content|macos:unifiedlog|Encrypted connection with anomalous payload entropy
    AN0403|ESXi
      Application Log Content|esxi:vpxd|Symmetric crypto routines triggered for external session
      Network Traffic Content|esxcli:network|Socket sessions with randomized payloads inconsistent with TLS
    AN0404|Network Devices
      Network Traffic Flow|NSM:Flow|Flow records with entropy signatures resembling symmetric encryption
      Network Traffic Content|NSM:Connections|Symmetric encryption detected without TLS handshake sequence
T1573.002
  group|G0037|FIN6
  group|G0049|OilRig
  group|G0061|FIN8
  group|G0080|Cobalt Group
  group|G0081|Tropic Trooper
  group|G1018|TA2541
  group|G1039|RedCurl
  group|G1042|RedEcho
  group|G1044|APT42
  group|G1047|Velvet Ant
  group|G1051|Medusa Group
  malware|S0017|BISCUIT
  malware|S0018|Sykipot
  malware|S0022|Uroburos
  malware|S0023|CHOPSTICK
  malware|S0045|ADVSTORESHELL
  malware|S0087|Hi-Zor
  malware|S0094|Trojan.Karagany
  malware|S0117|XTunnel
  malware|S0126|ComRAT
  malware|S0150|POSHSPY
  malware|S0154|Cobalt Strike
  malware|S0168|Gazer
  malware|S0180|Volgmer
  tool|S0183|Tor
  tool|S0192|Pupy
  malware|S0202|adbupd
  malware|S0223|POWERSTATS
  tool|S0250|Koadic
  malware|S0251|Zebrocy
  malware|S0335|Carbon
  malware|S0342|GreyEnergy
  tool|S0363|Empire
  malware|S0366|WannaCry
  malware|S0382|ServHelper
  malware|S0384|Dridex
  malware|S0409|Machete
  malware|S0428|PoetRAT
  malware|S0438|Attor
  malware|S0448|Rising Sun
  malware|S0455|Metamorfo
  malware|S0483|IcedID
  malware|S0491|StrongPity
  malware|S0496|REvil
  malware|S0514|WellMess
  malware|S0515|WellMail
  malware|S0531|Grandoreiro
  malware|S0534|Bazar
  malware|S0556|Pay2Key
  malware|S0587|Penquin
  malware|S0588|GoldMax
  malware|S0600|Doki
  malware|S0615|SombRAT
  malware|S0627|SodaMaster
  malware|S0632|GrimAgent
  tool|S0633|Sliver
  malware|S0641|Kobalos
  malware|S0668|TinyTurla
  malware|S0673|DarkWatchman
  malware|S0687|Cyclops Blink
  tool|S0699|Mythic
  malware|S1035|Small Sieve
  malware|S1051|KEYPLUG
  malware|S1065|Woody RAT
  malware|S1081|BADHATCH
  malware|S1085|Sardonic
  malware|S1105|COATHANGER
  malware|S1121|LITTLELAMB.WOOLTEA
  malware|S1122|Mispadu
  malware|S1123|PITSTOP
  malware|S1141|LunarWeb
  tool|S1144|FRP
  tool|S1155|Covenant
  malware|S1163|SnappyTCP
  malware|S1169|Mango
  malware|S1172|OilBooster
  malware|S1184|BOLDMOVE
  malware|S1192|NICECURL
  malware|S1198|Gomir
  malware|S1203|J-magic
  malware|S1210|Sagerunex
  malware|S1213|Lumma Stealer
  malware|S1219|REPTILE
  malware|S1224|CASTLETAP
  campaign|C0014|Operation Wocao
  campaign|C0021|C0021
  campaign|C0039|Versa Director Zero Day Exploitation
  campaign|C0040|APT41 DUST
  campaign|C0043|Indian Critical Infrastructure Intrusions
  strategy|DET0543|Detection Strategy for Encrypted Channel via Asymmetric Cryptography across OS Platforms
    AN1496|Windows
      Module Load|WinEventLog:Sysmon|EventCode=7
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN1497|Linux
      Process Creation|auditd:SYSCALL|execve or socket/connect system calls for processes using RSA handshake
      Application Log Content|linux:syslog|Non-standard processes negotiating SSL/TLS key exchanges
      Module Load|linux:osquery|Processes linked with libssl/libcrypto performing network activity
    AN1498|macOS
      Process Creation|macos:unifiedlog|Process invoking SecKeyCreateRandomKey or asymmetric crypto APIs
      Network Traffic Content|macos:unifiedlog|TLS connections with abnormal handshake sequence or self-signed cert
    AN1499|ESXi
      Application Log Content|esxi:vpxd|ESXi process initiating asymmetric handshake with external host
      Network Traffic Content|esxcli:network|Socket inspection showing RSA key exchange outside baseline endpoints
    AN1500|Network Devices
      Network Traffic Flow|NSM:Flow|Flow records with RSA key exchange on unexpected port
      Network Traffic Content|IDS:TLSInspection|Malformed certs, incomplete asymmetric handshakes, or invalid CAs
T1219
  group|G0008|Carbanak
  group|G0034|Sandworm Team
  group|G0046|FIN7
  group|G0049|OilRig
  group|G0069|MuddyWater
  group|G0080|Cobalt Group
  group|G0105|DarkVishnya
  group|G0115|GOLD SOUTHFIELD
  group|G0139|TeamTNT
  group|G1024|Akira
  group|G1032|INC Ransom
  group|G1043|BlackByte
  group|G1051|Medusa Group
  malware|S0030|Carbanak
  malware|S0148|RTM
  malware|S0266|TrickBot
  malware|S0384|Dridex
  malware|S0554|Egregor
  malware|S0601|Hildegard
  malware|S1245|InvisibleFerret
  campaign|C0002|Night Dragon
  strategy|DET0496|Behavior-Chain Detection for Remote Access Tools (Tool-Agnostic)
    AN1366|Windows
      Process Creation|WinEventLog:Sysmon|EventCode=1
      Service Creation|WinEventLog:System|EventCode=7045
      Windows Registry Key Creation|WinEventLog:Sysmon|EventCode=12
      Windows Registry Key Modification|WinEventLog:Sysmon|EventCode=13, 14
      File Creation|WinEventLog:Sysmon|EventCode=11
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN1367|Linux
      Process Creation|auditd:SYSCALL|execve: Agent/headless flags (listen/connect/reverse/tunnel) or remote-control binaries spawning shells
      File Creation|auditd:PATH|WRITE: Drop of binaries/scripts in ~/.local, /tmp, or /opt tool dirs
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
    AN1368|macOS
      Process Creation|macos:unifiedlog|Process exec of remote-control apps or binaries with headless/connect flags
      File Creation|macos:osquery|CREATE/MODIFY: Creation of LaunchAgents/Daemons plists in user/system locations
      Network Connection Creation|macos:osquery|CONNECT: Long-lived connections from remote-control parents to external IPs/domains
T1095
  group|G0022|APT3
  group|G0037|FIN6
  group|G0047|Gamaredon Group
  group|G0068|PLATINUM
  group|G0125|HAFNIUM
  group|G0129|Mustang Panda
  group|G0135|BackdoorDiplomacy
  group|G1002|BITTER
  group|G1003|Ember Bear
  group|G1013|Metador
  group|G1022|ToddyCat
  group|G1048|UNC3886
  malware|S0011|Taidoor
  malware|S0013|PlugX
  malware|S0019|Regin
  malware|S0021|Derusbi
  malware|S0022|Uroburos
  malware|S0032|gh0st RAT
  malware|S0034|NETEAGLE
  malware|S0043|BUBBLEWRAP
  malware|S0055|RARSTONE
  malware|S0076|FakeM
  malware|S0083|Misdat
  malware|S0084|Mis-Type
  malware|S0115|Crimson
  malware|S0125|Remsec
  malware|S0141|Winnti for Windows
  malware|S0149|MoonWind
  malware|S0154|Cobalt Strike
  malware|S0155|WINDSHIELD
  malware|S0158|PHOREAL
  malware|S0172|Reaver
  malware|S0198|NETWIRE
  malware|S0221|Umbreon
  malware|S0234|Bandook
  malware|S0260|InvisiMole
  tool|S0262|QuasarRAT
  malware|S0268|Bisonal
  malware|S0335|Carbon
  malware|S0352|OSX_OCEANLOTUS.D
  malware|S0394|HiddenWasp
  malware|S0430|Winnti for Linux
  malware|S0436|TSCookie
  malware|S0455|Metamorfo
  malware|S0456|Aria-body
  malware|S0461|SDBbot
  malware|S0498|Cryptoistic
  malware|S0501|PipeMon
  malware|S0502|Drovorub
  malware|S0504|Anchor
  malware|S0515|WellMail
  malware|S0556|Pay2Key
  malware|S0582|LookBack
  malware|S0587|Penquin
  malware|S0596|ShadowPad
  malware|S0615|SombRAT
  malware|S0629|RainyDay
  malware|S0630|Nebulae
  malware|S0650|QakBot
  malware|S0660|Clambling
  malware|S0662|RCSession
  malware|S0666|Gelsemium
  malware|S0670|WarzoneRAT
  malware|S0681|Lizar
  tool|S0699|Mythic
  malware|S1016|MacMa
  malware|S1029|AuTo Stealer
  malware|S1031|PingPull
  malware|S1044|FunnyDream
  malware|S1049|SUGARUSH
  malware|S1051|KEYPLUG
  malware|S1059|metaMain
  malware|S1060|Mafalda
  tool|S1063|Brute Ratel C4
  malware|S1073|Royal
  malware|S1078|RotaJakiro
  malware|S1084|QUIETEXIT
  malware|S1085|Sardonic
  malware|S1099|Samurai
  malware|S1100|Ninja
  malware|S1105|COATHANGER
  malware|S1114|ZIPLINE
  malware|S1121|LITTLELAMB.WOOLTEA
  malware|S1140|Spica
  malware|S1142|LunarMail
  tool|S1144|FRP
  malware|S1153|Cuckoo Stealer
  malware|S1163|SnappyTCP
  malware|S1187|reGeorg
  malware|S1189|Neo-reGeorg
  malware|S1200|StealBit
  malware|S1203|J-magic
  malware|S1204|cd00r
  malware|S1219|REPTILE
  malware|S1221|MOPSLED
  malware|S1227|StarProxy
  malware|S1239|TONESHELL
  malware|S1245|InvisibleFerret
  campaign|C0014|Operation Wocao
  campaign|C0021|C0021
  campaign|C0029|Cutting Edge
  campaign|C0034|2022 Ukraine Electric Power Attack
  campaign|C0035|KV Botnet Activity
  campaign|C0039|Versa Director Zero Day Exploitation
  campaign|C0047|RedDelta Modified PlugX Infection Chain Operations
  campaign|C0056|RedPenguin
  strategy|DET0457|Detection of Non-Application Layer Protocols for C2
    AN1254|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      Network Traffic Content|NSM:Flow|ICMP/UDP traffic (Wireshark, Suricata, Zeek)
    AN1255|Linux
      Network Connection Creation|auditd:SYSCALL|sendto/connect
      Network Traffic Content|NSM:Flow|icmp.log, weird.log
    AN1256|macOS
      Network Traffic Flow|macos:unifiedlog|com.apple.network
      Network Traffic Content|NSM:Flow|ICMP/UDP monitoring (tcpdump, Wireshark, Zeek)
    AN1257|ESXi
      Network Traffic Content|esxi:vmkernel|VMCI syslog entries
    AN1258|Network Devices
      Network Traffic Content|NSM:Firewall|ICMP/UDP protocol anomaly
      Network Traffic Flow|NSM:Flow|conn.log, icmp.log
T1048
  group|G0139|TeamTNT
  group|G1040|Play
  malware|S0203|Hydraq
  malware|S0428|PoetRAT
  malware|S0482|Bundlore
  malware|S0503|FrameworkPOS
  malware|S0631|Chaes
  malware|S0641|Kobalos
  tool|S0677|AADInternals
  strategy|DET0131|Behavioral Detection Strategy for Exfiltration Over Alternative Protocol
    AN0367|Windows
      Network Connection Creation|WinEventLog:Sysmon|EventCode=3, 22
      File Creation|WinEventLog:Sysmon|EventCode=11
      Process Creation|WinEventLog:Security|EventCode=4688
    AN0368|Linux
      Process Creation|auditd:SYSCALL|execve
      Network Connection Creation|auditd:SYSCALL|connect
      File Access|auditd:SYSCALL|open
      File Modification|auditd:SYSCALL|write
      Network Traffic Flow|NSM:Flow|NetFlow/Zeek conn.log
    AN0369|macOS
      Network Traffic Content|macos:unifiedlog|log stream (subsystem: com.apple.system.networking)
      Process Creation|macos:osquery|process_events
      File Creation|macos:osquery|file_events
    AN0370|IaaS
      Cloud Storage Access|AWS:CloudTrail|GetObject, CopyObject
      Network Traffic Flow|AWS:VPCFlowLogs|Outbound data flows
    AN0371|ESXi
      Command Execution|esxi:hostd|logline inspection
      Network Connection Creation|esxi:vmkernel|protocol egress
`
