%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% A supervised server that crashes, each time until the next one has answered.
-module(restart).
-behaviour(supervisor).
-export([start/0, start_quiet/0, round/2, init/1]).

start() ->
    {ok, _} = supervisor:start_link({local, tree}, ?MODULE, self()),
    await_start().

start_quiet() ->
    ok = logger:set_primary_config(level, none),
    start().

round(Size, Child) -> crash(Size, Child, 0).

%% Crashes the server, waits for the next one, and has it answer.
crash(0, Child, Answers) -> {Answers, Child};
crash(Size, Child, Answers) ->
    gen_server:cast(Child, crash),
    Next = await_start(),
    crash(Size - 1, Next, Answers + gen_server:call(Next, one)).

await_start() ->
    receive {started, Child} -> Child end.

init(Client) ->
    Server = #{id => server, start => {gen_server, start_link, [crashing, Client, []]}},
    {ok, {#{strategy => one_for_one, intensity => 1000000, period => 1}, [Server]}}.
