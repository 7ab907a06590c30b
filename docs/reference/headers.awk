# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# awk -v layer=NAME -v to=FOLDER -f headers.awk HEADER...
#
# Run in the folder of a layer or component NAME: writes its headers to FOLDER as Doxygen is to read them. What a namespace declares
# belongs to the theme of its header (docs/reference/themes.dox). Lines keep their numbers, so that warnings name the right ones.

FNR == 1 {
  if (out)
    close(out)
  out = to "/" FILENAME
  theme = theme_of(layer "/" FILENAME)
  inside = documented = private = 0
}

# Doxygen knows std for a namespace only where one is opened.
/SPDX-FileCopyrightText/ { $0 = "namespace std {}" }
# Readers write sweet::.
/^(\} \/\/ )?namespace / { sub(/sweet::inline v[0-9]+_[0-9]+/, "sweet") }
/^namespace .* \{$/ { inside = !/detail/ }
/^\} \/\/ namespace / { inside = /detail$/ && !/sweet/ }
# A comment at the margin documents what follows it.
/^\/\/\// { documented = inside }
documented && !/^\/\// {
  $0 = "/** @ingroup " theme " */ " $0
  documented = 0
}
# What is private to a class need not be understood by Doxygen.
/^private:$/ { private = 1 }
/^(public:|protected:|\};)$/ { private = 0 }
private { $0 = "" }

{ print > out }

function theme_of(name) {
  if (name ~ /^(actors\/task\/concepts)/) return "traits"
  if (name ~ /^(actors\/process)/) return "processes"
  if (name ~ /^(testing)/) return "testing"
  if (name ~ /^(asio)/) return "io"
  if (name ~ /^(actors\/sync|strategies\/flow\/missed_ticks)/) return "talking"
  if (name ~ /^(actors\/emit\/sources|json|sqlite)/) return "sources"
  if (name ~ /^(strategies\/(processing|flow\/(event_)?overflow))/) return "strategies"
  if (name ~ /^(actors\/emit|builders\/(emit|event))|^messages\/(event|final_event)/) return "streams"
  if (name ~ /^(node\/(certificates|node|node_builder|node_member|remote|remote_origin|round_trip)\.|strategies\/(membership|placement)|messages\/(incarnation|member|node_|task_type))/) return "nodes"
  if (name ~ /^(actors\/graph|builders\/task_graph|strategies\/dependencies)/) return "graphs"
  if (name ~ /^(actors\/supervisor|builders\/(service|supervisor)|strategies\/supervision|messages\/service)/) return "supervisors"
  if (name ~ /^(strategies\/(recovery|flow)|actors\/task\/(circuit_breaker|rate_limit))/) return "recovery"
  if (name ~ /^actors\/task\/(when_|chain|continuations|combin|scope|task_group|on_done)/) return "combining"
  if (name ~ /^(actors\/task\/(actor_request|send_message|message_receiver)|actors\/runtime\/caf|messages\/(caf_|envelope|message_types))/) return "caf_actors"
  if (name ~ /^(actors\/observe|actors\/runtime\/home|messages\/(log_|trace_|task_metrics|task_snapshot|task_progress))/) return "observing"
  if (name ~ /^(actors\/runtime|builders\/runtime)/) return "running"
  if (name ~ /^(actors\/task|builders)/) return "tasks"
  return "results"
}
