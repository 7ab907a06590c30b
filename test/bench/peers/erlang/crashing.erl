%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% A server that tells when it starts, answers 1, and crashes when it is told to.
-module(crashing).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(Client) ->
    Client ! {started, self()},
    {ok, none}.

handle_call(one, _, State) -> {reply, 1, State}.

handle_cast(crash, _) -> error(told_to).
