%% SPDX-FileCopyrightText: sweet contributors
%% SPDX-License-Identifier: BSD-3-Clause

%% The cases in Erlang/OTP. Speaks what protocol.hpp says, through the wrapper bench_erlang.
-module(restart).
-behaviour(supervisor).
-export([main/0, init/1]).

main() ->
    case init:get_plain_arguments() of
        ["--cases"] -> io:format("restart~nrestart_quiet~n"), halt(0);
        ["restart", _, Size] -> start(list_to_integer(Size));
        ["restart_quiet", _, Size] ->
            ok = logger:set_primary_config(level, none),
            start(list_to_integer(Size));
        _ -> io:format(standard_error, "expected: CASE THREADS SIZE, or --cases~n", []), halt(2)
    end.

start(Size) ->
    {ok, Tree} = supervisor:start_link({local, tree}, ?MODULE, self()),
    Child = await_start(),
    rounds(Size, Child),
    unlink(Tree),
    exit(Tree, shutdown),
    halt(0).

rounds(Size, Child) ->
    case io:get_line("") of
        eof -> ok;
        _ ->
            Start = erlang:monotonic_time(nanosecond),
            {Answers, Next} = crash(Size, Child, 0),
            Spent = erlang:monotonic_time(nanosecond) - Start,
            io:format("{\"ns\":~b,\"result\":~b}~n", [Spent, Answers]),
            rounds(Size, Next)
    end.

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
